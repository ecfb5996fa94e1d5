// Everybody's attendance of a meeting, however many there are.

import { account } from "../lib/account";
import type { Page } from "../lib/types";
import type { Person } from "./types";

const PAGE = 200;

/** What the report was asked for, with the figures of the whole meeting. */
export interface Attendance {
  people: Person[];
}

export async function fetchPeople(meetingId: string, filters = new URLSearchParams()): Promise<Attendance> {
  const people: Person[] = [];
  let next: string | null = null;
  do {
    const params = new URLSearchParams({ limit: String(PAGE), ...Object.fromEntries(filters), ...(next === null ? {} : { after: next }) });
    const page: Page<Person> = await account.http.get<Page<Person>>(`/api/v1/meetings/${meetingId}/attendance?${params.toString()}`);
    people.push(...page.items);
    next = page.next;
  } while (next !== null);
  return { people };
}
