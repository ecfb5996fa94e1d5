// What is said of scheduled sessions in more than one place.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { nameElement } from "../lib/names";
import { offsetAt, whenText, zoneOffset } from "../lib/time";
import type { NoteType, Session } from "./types";

const STATES = { pending: "To come", completed: "Completed", cancelled: "Called off" } as const;
const APPROVALS = { waiting: "Waits for approval", approved: "Approved", rejected: "Rejected" } as const;
export const KINDS: Record<NoteType, string> = { general: "General", "follow-up": "Follow-up", issue: "Issue", achievement: "Achievement" };
/** What changes can replace, in words. */
export const FIELDS: Record<string, string> = {
  title: "Title",
  starts_at: "Planned beginning",
  ends_at: "Planned end",
  actual_start: "Beginning",
  actual_end: "End",
  notes: "Summary",
};

export function isMine({ employee_id }: Pick<Session, "employee_id">): boolean {
  return employee_id === account.employee?.employee_id;
}

/** Whether it should be over by now and nobody has closed it. */
export function isOverdue({ status, ends_at }: Session, now = Date.now()): boolean {
  return status === "pending" && Date.parse(ends_at) <= now;
}

export function isOn({ status, starts_at, ends_at }: Session, now = Date.now()): boolean {
  return status === "pending" && Date.parse(starts_at) <= now && now < Date.parse(ends_at);
}

/** Tags for its state; at least one. */
export function stateTags(session: Session): HTMLElement[] {
  const tag = (look: string, text: string): HTMLElement => h("span", { class: `tag ${look}` }, text);
  const { status, approval } = session;
  const state = isOverdue(session) ? tag(session.missed_at === null ? "status-pending" : "late", session.missed_at === null ? "To be completed" : "Missed") : isOn(session) ? tag("meeting-live", "Now") : tag(`session-${status}`, STATES[status]);
  return [state, ...(approval === "none" || status !== "completed" ? [] : [tag(`approval-${approval}`, APPROVALS[approval])])];
}

/** When it was planned for. */
export function plannedText({ starts_at, ends_at }: Session): string {
  return whenText(starts_at, ends_at);
}

/** When it really was; null before it is completed. */
export function actualText({ actual_start, actual_end }: Session): string | null {
  return actual_start === null ? null : whenText(actual_start, actual_end);
}

/** The clocks of where it takes place, when they show another time than the reader's. */
export function elsewhereText({ starts_at, timezone, scheduled_start_time, scheduled_end_time }: Session): string | null {
  const at = Date.parse(starts_at);
  if (zoneOffset(timezone, at) === offsetAt(at)) return null;
  return `${scheduled_start_time} – ${scheduled_end_time} in ${timezone}`;
}

export function ownerText({ employee_id, employee_name }: Session): HTMLElement {
  return h("span", {}, nameElement(employee_name ?? employee_id));
}

/** "3 notes", "1 file". */
export function counted(number: number, word: string): string {
  return `${number.toLocaleString()} ${word}${number === 1 ? "" : "s"}`;
}

/** "3.4 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [unit, size] = bytes < 1_000_000 ? ["kB", bytes / 1000] : ["MB", bytes / 1_000_000];
  return `${size.toLocaleString(undefined, { maximumFractionDigits: size < 10 ? 1 : 0 })} ${unit}`;
}
