// What is said of weekly batches in more than one place. Their days are days of a calendar, not
// moments: no time zone moves them.

import { h } from "../lib/dom";
import { dayIn } from "../lib/time";
import type { Batch } from "./types";

const MONDAY = Date.UTC(2024, 0, 1);
export const DAY = 86_400_000; // ms

const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", timeZone: "UTC" });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const list = new Intl.ListFormat(undefined, { type: "conjunction" });

/** "Monday" for 0. */
export function weekdayName(number: number): string {
  return weekday.format(MONDAY + number * DAY);
}

/** "Mon, 2 Mar" for "2026-03-02", with the year when it is another one. */
export function dayText(date: string): string {
  const sameYear = date.slice(0, 4) === dayIn(Date.now()).slice(0, 4);
  return (sameYear ? day : dayAndYear).format(Date.parse(date));
}

/** "Mon and Wed, 09:00 – 10:30". */
export function rhythmText({ weekdays, start_time, end_time }: Batch): string {
  return `${list.format(weekdays.map((one) => shortWeekday.format(MONDAY + one * DAY)))}, ${start_time} – ${end_time}`;
}

/** "Tue, 1 Sept 2026 – Fri, 30 Jul 2027". */
export function termText({ first_day, last_day }: Batch): string {
  return `${dayText(first_day)} – ${dayText(last_day)}`;
}

/** Whether another plan took all of its days. */
export function isEmpty({ first_day, last_day }: Batch): boolean {
  return last_day < first_day;
}

export function isOver({ status, last_day }: Batch): boolean {
  return status === "ended" || last_day < dayIn(Date.now());
}

export function batchTag(batch: Batch): HTMLElement {
  if (isEmpty(batch)) return h("span", { class: "tag" }, "Replaced");
  if (isOver(batch)) return h("span", { class: "tag" }, "Over");
  const begun = batch.first_day <= dayIn(Date.now());
  return h("span", { class: `tag ${begun ? "meeting-live" : "session-pending"}` }, begun ? "Running" : "To come");
}
