// Admin → Chat: how the chat does over time, and everybody's chat sessions with sums; guests too.

import { chatCharts } from "../chats/charts";
import type { ChatFigures, ChatSession, ChatSessions } from "../chats/types";
import { account } from "../lib/account";
import { chartsSection } from "../lib/charts";
import { fill, gathered, h, need } from "../lib/dom";
import { type FilterControl, filterForm } from "../lib/filter-form";
import { dayBounds, Filters } from "../lib/filters";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { nameElement } from "../lib/names";
import { Paged } from "../lib/paged";
import { people } from "../lib/people";
import { Section } from "../lib/section";
import { recordsTable } from "../lib/table";
import { slimTiles } from "../lib/tiles";
import { minutesText, timeElement } from "../lib/time";
import { sayZone } from "../meetings/words";

const PAGE = 25;
const SETTLE = 1000; // ms: several changes at once are fetched once
const DAY = 86_400_000; // ms
const GUEST = "demo_user";
const NAMES = { employee_id: "", active: "", since: "", until: "", period: "7d" };
type Name = keyof typeof NAMES;
const PERIODS: Record<string, { days: number; step: "hour" | "day"; text: string }> = {
  "24h": { days: 1, step: "hour", text: "24 hours, by hour" },
  "7d": { days: 7, step: "hour", text: "7 days, by hour" },
  "30d": { days: 30, step: "day", text: "30 days, by day" },
  "90d": { days: 90, step: "day", text: "90 days, by day" },
};

export function startChatBoard(): void {
  const main = need(document, "[data-board]");
  void gated(main, "Sign in to see the chat’s figures", () => void show(main));
}

async function show(main: HTMLElement): Promise<void> {
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  sayZone(main);
  const staff = await people();
  const names = new Map(staff.map((one) => [one.employee_id, one.name]));
  const filters = new Filters<Name>(NAMES, () => changed());
  const address = (more: Record<string, string>): string => `/api/v1/chat-sessions?${asked(filters, more).toString()}`;
  const list = new Paged<ChatSession>(part("sessions"), {
    path: () => address({ limit: String(PAGE) }),
    rows: (items) => sessionsTable(items, names),
    empty: () => (asked(filters, {}).size > 0 ? "No chat session fits these filters." : "Nobody has chatted yet."),
  });
  const sums = new Section<ChatSessions>(part("sums"), { load: () => account.http.get<ChatSessions>(address({ limit: "1" })), render: tiles, empty: "" });
  const charts = chartsSection<ChatFigures>(part("charts"), () => account.http.get<ChatFigures>(figuresOf(filters.get("period"))), chatCharts);
  const drawPeriod = filterForm(need<HTMLFormElement>(main, "[data-period]"), filters, [{ name: "period", label: "Charts of the last", choices: Object.entries(PERIODS).map(([name, { text }]): [string, string] => [name, text]) }]);
  const controls: FilterControl<Name>[] = [
    { name: "employee_id", label: "Who", choices: [["", "Everybody, guests too"], ...staff.map(({ employee_id, name }): [string, string] => [employee_id, `${name} · ${employee_id}`])] },
    { name: "active", label: "State", choices: [["", "Any"], ["true", "Active"], ["false", "Over"]] },
    { name: "since", label: "From", day: true },
    { name: "until", label: "To", day: true },
  ];
  const drawFilters = filterForm(need<HTMLFormElement>(main, "[data-filters]"), filters, controls);
  let period = filters.get("period");
  const changed = (): void => {
    drawPeriod();
    drawFilters();
    if (period !== filters.get("period")) {
      period = filters.get("period");
      void charts.refresh();
    } else {
      void sums.refresh();
      void list.restart();
    }
  };
  const refresh = (): void => {
    for (const each of [charts, sums, list]) void each.refresh();
  };
  const soon = gathered(refresh, SETTLE);
  void openLive({ activity: ({ kind }) => (kind.startsWith("chat_session.") ? soon() : undefined), stale: soon });
  fill(part("ends"), "A chat session ends after an hour without a word.");
  refresh();
}

function figuresOf(name: string): string {
  const { days, step } = PERIODS[name] ?? { days: 7, step: "hour" };
  const until = Date.now();
  const params = new URLSearchParams({ since: new Date(until - days * DAY).toISOString(), until: new Date(until).toISOString(), step });
  return `/api/v1/chat-figures?${params.toString()}`;
}

/** The filters as the API wants them. */
function asked(filters: Filters<Name>, more: Record<string, string>): URLSearchParams {
  const params = new URLSearchParams({ ...Object.fromEntries(filters.params), ...more });
  params.delete("period");
  dayBounds(params);
  return params;
}

function tiles({ total, summary }: ChatSessions): HTMLElement {
  return slimTiles([
    ["Chat sessions", total.toLocaleString()],
    ["Messages", summary.total_messages_sent.toLocaleString()],
    ["Conversations", summary.total_conversations.toLocaleString()],
    ["Hours in all", (summary.total_duration_minutes / 60).toLocaleString(undefined, { maximumFractionDigits: 1 })],
    ["Average", minutesText(summary.average_session_duration)],
  ]);
}

function sessionsTable(items: ChatSession[], names: Map<string, string>): HTMLElement {
  return recordsTable("Chat sessions, latest first", ["Who", "State", "Began", "Ended", "Took", "Messages", "Conversations", "Response"], items, (one) => [
    one.user === GUEST ? "A guest" : h("span", { class: "stacked" }, nameElement(names.get(one.user) ?? one.user), h("small", {}, one.user)),
    h("span", { class: `tag ${one.is_active ? "session-active" : ""}` }, one.is_active ? "Active" : "Over"),
    timeElement(one.started_at),
    one.ended_at === null ? null : timeElement(one.ended_at),
    minutesText(one.duration_minutes),
    String(one.total_messages_sent),
    String(one.total_conversations),
    one.average_response_time > 0 ? `${Math.round(1000 * one.average_response_time).toLocaleString()} ms` : null,
  ]);
}
