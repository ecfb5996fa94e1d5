// One's meetings as a calendar has them: today's, and those to come, what is next first.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { nameElement } from "../lib/names";
import { dayIn } from "../lib/time";
import type { Page } from "../lib/types";
import type { Meeting } from "./types";
import { stateTag, timesText } from "./words";

const MOST = 200;

/** Those that go on, those of today that are still to begin, and those of today that are over.
 * `filters` goes to the API beside the state. */
export async function fetchToday(filters = ""): Promise<Meeting[]> {
  const [open, over] = await Promise.all([fetched("open", filters), fetched("over", filters)]);
  const today = dayIn(Date.now());
  const due = open.filter((one) => one.status === "live" || dayOf(one) <= today);
  due.sort((a, b) => Number(b.status === "live") - Number(a.status === "live") || beginning(a) - beginning(b));
  return [...due, ...over.filter((one) => dayOf(one) === today)];
}

/** Those after today. */
export async function fetchUpcoming(filters = ""): Promise<Meeting[]> {
  const today = dayIn(Date.now());
  const later = (await fetched("scheduled", filters)).filter((one) => dayOf(one) > today);
  return later.sort((a, b) => beginning(a) - beginning(b));
}

/** A meeting in a line of a narrow list. */
export function meetingLine(meeting: Meeting): HTMLElement {
  const link = h("a", { href: `/meetings/${meeting.id}`, "data-key": meeting.id }, nameElement(meeting.title));
  return h("li", {}, h("div", {}, h("span", { class: "task-title" }, link), h("small", {}, timesText(meeting))), stateTag(meeting));
}

async function fetched(status: string, filters: string): Promise<Meeting[]> {
  return (await account.http.get<Page<Meeting>>(`/api/v1/meetings?status=${status}&limit=${MOST}${filters}`)).items;
}

function beginning(meeting: Meeting): number {
  return Date.parse(meeting.starts_at ?? meeting.started_at ?? meeting.created_at);
}

function dayOf(meeting: Meeting): string {
  return dayIn(beginning(meeting));
}
