// What stands above the pages of one meeting, and what they say when there is none.

import { account } from "../lib/account";
import { fill, h, need } from "../lib/dom";
import { ApiError, explain } from "../lib/http";
import { icon } from "../lib/icons";
import { nameElement, readableName } from "../lib/names";
import type { SeenMeeting } from "./types";
import { waitForHost, waitingIn } from "./waiting";
import { hostText, stateTag, timesText } from "./words";

/** Fetches the meeting; null when there is none to show, which the page then says. */
export async function fetchMeeting(main: HTMLElement, reference: string): Promise<SeenMeeting | null> {
  const missing = need(main, '[data-part="missing"]');
  const found = need(main, "[data-found]");
  try {
    const meeting = await account.http.get<SeenMeeting>(`/api/v1/meetings/${encodeURIComponent(reference)}`);
    found.hidden = false;
    fill(missing);
    return meeting;
  } catch (error) {
    const unknown = error instanceof ApiError && error.status === 404;
    found.hidden = unknown || found.dataset["shown"] === undefined;
    const waits = unknown ? await waitingIn(reference).catch(() => undefined) : undefined;
    if (waits) {
      const panel = h("section", { class: "panel join-panel" }, h("div", {}));
      fill(missing, panel);
      waitForHost(need(panel, "div"), waits, null);
      return null;
    }
    fill(missing, unknown ? unknownMeeting() : h("div", { class: "failure panel", role: "alert" }, h("p", {}, icon("alert"), explain(error)), retry()));
    return null;
  }
}

export function showHead(main: HTMLElement, meeting: SeenMeeting): void {
  need(main, "[data-found]").dataset["shown"] = "";
  document.title = `${readableName(meeting.title)} · Rollcall`;
  fill(need(document, "[data-title]"), nameElement(meeting.title));
  const mine = meeting.host_id === account.employee?.employee_id;
  const zoom = meeting.provider === "zoom" ? h("span", {}, `Zoom ${meeting.meeting_id}`) : null;
  fill(need(main, '[data-part="facts"]'), h("p", { class: "meeting-facts" }, stateTag(meeting), h("span", { class: "dotted" }, h("span", {}, timesText(meeting)), mine ? h("span", {}, "You host") : hostText(meeting), zoom)));
}

function unknownMeeting(): HTMLElement {
  return h(
    "section",
    { class: "panel join-said", role: "alert" },
    h("h2", {}, icon("alert"), "There is no such meeting for you"),
    h("p", {}, "It doesn’t exist, or you are not on its list. With its code you can join it: ask the host."),
    h("p", {}, h("a", { class: "more", href: "/join" }, "Join by code", icon("chevron"))),
  );
}

function retry(): HTMLElement {
  return h("button", { type: "button", class: "secondary small", on: { click: () => location.reload() } }, icon("retry"), "Try again");
}
