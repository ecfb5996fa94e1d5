// What is said of meetings in more than one place.

import { h, need } from "../lib/dom";
import { nameElement, readableName } from "../lib/names";
import { whenText, zoneText } from "../lib/time";
import type { Invitation, Meeting } from "./types";

const STATES = { scheduled: "Planned", live: "Going on", completed: "Over", cancelled: "Called off" } as const;
export const EARLY = 15 * 60_000; // ms: how long before its beginning a meeting can be joined

/** Where a join code leads, as a link for others. */
export function joinLink(code: string): string {
  return `${location.origin}/join/${code}`;
}

/** "K7P2QX" -> "K7P 2QX": read aloud in two breaths. */
export function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** The code in what somebody typed or pasted: a code with any separators, or a whole link. */
export function codeIn(text: string): string {
  const link = /\/join\/([^/?#\s]+)/.exec(text);
  return (link?.[1] ?? text).replace(/[\s._-]+/g, "").toUpperCase();
}

export function stateTag({ status }: Pick<Meeting, "status">): HTMLElement {
  return h("span", { class: `tag meeting-${status}` }, STATES[status]);
}

/** When it is, or was. */
export function timesText(meeting: Pick<Meeting, "starts_at" | "ends_at" | "ended_at"> & { started_at?: string | null; created_at?: string }): string {
  const begins = meeting.starts_at ?? meeting.started_at ?? meeting.created_at ?? null;
  if (begins === null) return "";
  const ended = meeting.ended_at !== null && Date.parse(meeting.ended_at) > Date.parse(begins) ? meeting.ended_at : null;
  return whenText(begins, meeting.ends_at ?? ended);
}

export function hostText({ host_name }: Pick<Invitation, "host_name">): HTMLElement | null {
  return host_name ? h("span", {}, "Host: ", nameElement(host_name)) : null;
}

/** How a meeting came to its end, in a sentence. */
export function endText({ status, ended_by, title }: Meeting): string {
  const name = `“${readableName(title)}”`;
  if (status === "cancelled") return ended_by === "idle" ? `${name} was called off: nobody came.` : `${name} was called off.`;
  if (ended_by === "host") return `${name} is over: the host ended it.`;
  if (ended_by === "zoom") return `${name} is over: it ended in Zoom.`;
  if (ended_by === "idle") return `${name} is over: it ended by itself, nobody was there any more.`;
  return `${name} is over.`;
}

/** Says under a page which zone its times are in. */
export function sayZone(root: ParentNode): void {
  need(root, "[data-zone]").textContent = `Times are in ${zoneText()}.`;
}
