// Meetings: today's, those to come, those that were; joining by code, setting one up.

import { seesOthers } from "../dashboard/picker";
import { account } from "../lib/account";
import { fill, freshId, gathered, h, need } from "../lib/dom";
import { Filters } from "../lib/filters";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { nameElement } from "../lib/names";
import { Paged } from "../lib/paged";
import { Section } from "../lib/section";
import { filterTabs } from "../lib/tabs";
import { codeForm } from "../meetings/code-form";
import { createMeeting } from "../meetings/create";
import { fetchToday, fetchUpcoming } from "../meetings/today";
import type { Meeting } from "../meetings/types";
import { hostText, sayZone, spaced, stateTag, timesText } from "../meetings/words";

const PAGE = 30;
const SETTLE = 250; // ms: several changes at once are fetched once
const EMPTY: Record<string, string> = {
  today: "No meetings today. Set one up, or join one with its code.",
  upcoming: "Nothing is planned after today.",
  past: "No meeting is over yet.",
};

export function startMeetingsPage(): void {
  const main = need(document, "[data-meetings]");
  void gated(main, "Sign in to see your meetings", () => show(main));
}

function show(main: HTMLElement): void {
  const filters = new Filters({ when: "today", whose: "mine" }, () => changed());
  const host = need(main, '[data-part="meetings"]');
  const all = (): string => (filters.get("whose") === "all" ? "&all=true" : "");
  const when = (): string => filters.get("when");
  const empty = (): string => EMPTY[when()] ?? "";
  const past = new Paged<Meeting>(host, { path: () => `/api/v1/meetings?status=over&limit=${PAGE}${all()}`, rows: (items) => rows(items), empty });
  const open = new Section<Meeting[]>(host, { load: () => (when() === "upcoming" ? fetchUpcoming(all()) : fetchToday(all())), render: (items) => (items.length > 0 ? rows(items) : null), empty });
  const refresh = (): Promise<void> => (when() === "past" ? past.refresh() : open.refresh());
  const drawTabs = filterTabs(need(main, "[data-tabs]"), filters, "when", [["today", "Today"], ["upcoming", "To come"], ["past", "Past"]]);
  const drawWhose = whosePicker(need(main, "[data-whose]"), filters);
  const changed = (): void => {
    drawTabs();
    drawWhose();
    open.forget();
    void (when() === "past" ? past.restart() : open.refresh());
  };

  codeForm(need<HTMLFormElement>(main, "[data-code-form]"));
  need(main, "[data-add]").addEventListener("click", createMeeting);
  sayZone(main);
  const soon = gathered(() => void refresh(), SETTLE);
  void openLive({
    activity: ({ kind }) => (/^(meeting|attendance|participant)\./.test(kind) ? soon() : undefined),
    meeting: soon,
    stale: soon,
  });
  void refresh();
}

function rows(items: Meeting[]): HTMLElement {
  return h("ul", { class: "rows meeting-rows" }, ...items.map(row));
}

function row(meeting: Meeting): HTMLElement {
  const mine = meeting.host_id === account.employee?.employee_id;
  const here = meeting.status === "live" && meeting.present > 0 ? h("span", { class: "tag" }, `${meeting.present} here`) : null;
  const waits = meeting.waiting > 0 && mine ? h("span", { class: "tag status-pending" }, `${meeting.waiting} waiting`) : null;
  const page = meeting.status === "completed" ? `/meetings/${meeting.id}/attendance` : `/meetings/${meeting.id}`;
  const details = [mine ? h("span", {}, "You host") : hostText(meeting), meeting.provider === "zoom" ? h("span", {}, "In Zoom") : null, meeting.code && meeting.status !== "completed" && meeting.status !== "cancelled" ? h("span", {}, "Code ", h("span", { class: "mono" }, spaced(meeting.code))) : null];
  return h(
    "li",
    {},
    h(
      "div",
      {},
      h("span", { class: "task-title" }, h("a", { href: page, "data-key": meeting.id }, nameElement(meeting.title))),
      h("small", {}, timesText(meeting)),
      h("small", { class: "dotted" }, ...details),
    ),
    h("span", { class: "tags" }, here, waits, stateTag(meeting)),
  );
}

/** For those who may see others' meetings: their own, or all they may see. */
function whosePicker(host: HTMLElement, filters: Filters<"when" | "whose">): () => void {
  if (!seesOthers()) return () => undefined;
  const id = freshId("whose");
  const select = h("select", { id, on: { change: () => filters.set({ whose: select.value }) } }, h("option", { value: "mine" }, "My meetings"), h("option", { value: "all" }, account.employee?.role === "admin" ? "Everyone’s" : "All I may see"));
  const draw = (): void => {
    select.value = filters.get("whose");
  };
  fill(host, h("label", { class: "visually-hidden", for: id }, "Whose meetings"), select);
  host.hidden = false;
  draw();
  return draw;
}
