// The attendance of a meeting, however many people there are.

import { account } from "../lib/account";
import type { Page } from "../lib/types";
import type { Person } from "./types";

const PAGE = 200;

/** Figures of the whole meeting, whichever people were asked for. */
export interface Totals {
  people: number;
  came: number;
  expected: number;
  here: number;
  present: number;
  late: number;
  left_early: number;
  absent: number;
  unrecognised: number;
}

export interface Attendance {
  people: Person[];
  totals: Totals;
}

/** Everybody whom the filters let through, all pages of them. */
export async function fetchPeople(meetingId: string, filters = new URLSearchParams()): Promise<Attendance> {
  const people: Person[] = [];
  let totals: Totals;
  let next: string | null = null;
  do {
    const params = new URLSearchParams({ limit: String(PAGE), ...Object.fromEntries(filters), ...(next === null ? {} : { after: next }) });
    const page: Page<Person> & { totals: Totals } = await account.http.get(`/api/v1/meetings/${meetingId}/attendance?${params.toString()}`);
    people.push(...page.items);
    totals = page.totals;
    next = page.next;
  } while (next !== null);
  return { people, totals };
}
