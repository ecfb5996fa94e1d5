// Admin → Meetings now: what goes on in all meetings at this moment.

import { account } from "../lib/account";
import { gathered, h, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { LiveLight } from "../lib/live-light";
import { nameElement } from "../lib/names";
import { Paged } from "../lib/paged";
import { Section } from "../lib/section";
import { recordsTable } from "../lib/table";
import { minutesText, shortTime, timeElement } from "../lib/time";
import type { Page } from "../lib/types";
import type { Meeting } from "../meetings/types";
import { sayZone, stateTag } from "../meetings/words";

const SETTLE = 300; // ms: several changes at once are fetched once
const TICK = 60_000; // ms: how often times move on by themselves
const PAGE = 10;
const MINUTE = 60_000;

interface Stats {
  totalActiveSessions: number;
  activeUsers: number;
  activeMeetings: number;
  studentsWithSessions: number;
  cleanup: { lastRun: string | null; ended: number };
}

export function startMeetingBoard(): void {
  const main = need(document, "[data-board]");
  void gated(main, "Sign in to see what goes on", () => show(main));
}

function show(main: HTMLElement): void {
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  const figures = new Section<Stats>(part("figures"), {
    load: async () => (await account.http.get<{ stats: Stats }>("/api/user-sessions/stats")).stats,
    render: figuresView,
    empty: "",
  });
  const live = new Section<Meeting[]>(part("live"), {
    load: async () => (await account.http.get<Page<Meeting>>("/api/v1/meetings?all=true&status=live&limit=200")).items,
    render: (items) => (items.length > 0 ? h("ul", { class: "board" }, ...items.map(card)) : null),
    empty: "No meeting goes on now.",
  });
  const over = new Paged<Meeting>(part("over"), {
    path: () => `/api/v1/meetings?all=true&status=over&limit=${PAGE}`,
    rows: overTable,
    empty: () => "No meeting is over yet.",
  });
  const refresh = (): void => [figures, live, over].forEach((each) => void each.refresh());
  const soon = gathered(refresh, SETTLE);
  const light = new LiveLight(need(main, "[data-live]"));
  void openLive({
    activity: ({ kind }) => (/^(meeting|attendance|participant)\./.test(kind) ? soon() : undefined),
    stale: soon,
    connected: () => light.connected(),
    lost: () => light.lost(),
  });
  setInterval(() => void live.refresh(), TICK);
  sayZone(main);
  refresh();
}

function figuresView({ totalActiveSessions, activeUsers, activeMeetings, studentsWithSessions, cleanup }: Stats): HTMLElement {
  const swept = cleanup.lastRun === null ? "not yet" : shortTime(cleanup.lastRun);
  const tiles: [string, number, string][] = [
    ["Meetings going on", activeMeetings, ""],
    ["Signed-in people", activeUsers, totalActiveSessions === activeUsers ? "" : `on ${totalActiveSessions} devices`],
    ["Students among them", studentsWithSessions, ""],
    ["Ended by the clean-up", cleanup.ended, `Last run: ${swept}`],
  ];
  return h("dl", { class: "tiles" }, ...tiles.map(([name, figure, note]) => h("div", { class: "tile" }, h("dt", {}, name), h("dd", { class: "figure" }, figure.toLocaleString()), note ? h("dd", {}, h("small", {}, note)) : null)));
}

function card(meeting: Meeting): HTMLElement {
  const since = meeting.started_at ?? meeting.created_at;
  const host = meeting.host_name ? h("span", {}, nameElement(meeting.host_name)) : h("span", {}, "No host yet");
  return h(
    "li",
    { class: "panel" },
    h("h3", {}, h("a", { href: `/meetings/${meeting.id}`, "data-key": meeting.id }, nameElement(meeting.title))),
    h("p", { class: "quiet dotted" }, host, meeting.provider === "zoom" ? h("span", {}, `Zoom ${meeting.meeting_id}`) : null, h("span", {}, `for ${minutesText((Date.now() - Date.parse(since)) / MINUTE)}`)),
    h("p", { class: "board-figures" }, h("span", { class: "figure" }, String(meeting.present)), h("span", { class: "quiet" }, "here now"), meeting.waiting > 0 ? h("span", { class: "tag status-pending" }, `${meeting.waiting} waiting`) : null),
  );
}

function overTable(items: Meeting[]): HTMLElement {
  return recordsTable("Meetings that are over, newest first", ["Meeting", "Host", "Ended", "State", "Attendance"], items, (one) => [
    h("strong", {}, nameElement(one.title)),
    one.host_name ? nameElement(one.host_name) : "–",
    one.ended_at ? timeElement(one.ended_at) : "–",
    stateTag(one),
    h("a", { href: `/meetings/${one.id}/attendance`, "data-key": one.id }, "Attendance", h("span", { class: "visually-hidden" }, ` of ${one.title}`)),
  ]);
}
