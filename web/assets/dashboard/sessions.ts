// Sign-in sessions, newest first; a click opens one: what was registered, done and said in it.

import { account } from "../lib/account";
import { fill, freshId, h } from "../lib/dom";
import { explain } from "../lib/http";
import { type Shown, titled } from "../lib/catalogue";
import { icon } from "../lib/icons";
import { label, typeLabel } from "../lib/labels";
import { Section } from "../lib/section";
import { duration, shortTime, timeElement } from "../lib/time";
import type { Page, SessionDetails, UserSession } from "../lib/types";
import { taskLine } from "../chat/cards";
import { timelineView } from "./timeline";
import type { View } from "./view";

const SHOWN = 20;

/** The details that are open, by session: they stay while the list is fetched anew. */
type Opened = Map<string, HTMLElement>;

export function sessionsSection(host: HTMLElement, view: View): Section<UserSession[]> {
  const open: Opened = new Map();
  return new Section<UserSession[]>(host, {
    load: () => load(view),
    render: (sessions) =>
      sessions.length === 0
        ? null
        : h("ul", { class: "sessions" }, ...sessions.map((session) => sessionItem(session, view, open))),
    empty: "No sessions yet.",
  });
}

async function load({ employeeId }: View): Promise<UserSession[]> {
  if (employeeId === null) {
    return (await account.http.get<Page<UserSession>>(`/api/v1/sessions?limit=${SHOWN}`)).items;
  }
  const path = `/api/user-sessions/${encodeURIComponent(employeeId)}`;
  const answer = await account.http.get<{ sessions: UserSession[] }>(path);
  return answer.sessions.slice(0, SHOWN);
}

function sessionItem(session: UserSession, view: View, open: Opened): HTMLElement {
  const kept = open.get(session.session_id);
  const body = kept ?? h("div", { id: freshId("session"), class: "session-details", hidden: true });
  const counts = session.activity_counts ?? session.counts ?? {};
  const registrations = counts["registrations"] ?? counts["registration_created"] ?? 0;
  const active = session.session_status === "active";
  const toggle = h(
    "button",
    { type: "button", class: "session-row", "aria-expanded": "false", "aria-controls": body.id, "data-key": session.session_id },
    icon("chevron"),
    h(
      "span",
      { class: "session-when" },
      view.employeeId === null ? h("strong", {}, session.user_data.name ?? session.employee_id) : null,
      h("span", {}, shortTime(session.login_time)),
      h("span", { class: "quiet mono" }, session.session_id),
    ),
    h(
      "span",
      { class: "tags" },
      h("span", { class: `tag session-${session.session_status}` }, label(session.session_status)),
      registrations > 0 ? h("span", { class: "quiet" }, `${registrations} registered`) : null,
      h("span", { class: "quiet" }, duration(session.login_time, active ? session.last_activity : (session.ended_at ?? session.last_activity))),
    ),
  );
  const show = (on: boolean): void => {
    toggle.setAttribute("aria-expanded", String(on));
    body.hidden = !on;
    if (!on) {
      open.delete(session.session_id);
      return;
    }
    open.set(session.session_id, body);
    void showDetails(session.session_id, body);
  };
  toggle.addEventListener("click", () => show(body.hidden));
  if (kept) show(true);
  return h("li", {}, toggle, body);
}

async function showDetails(sessionId: string, body: HTMLElement): Promise<void> {
  if (body.childElementCount === 0) fill(body, h("p", { class: "quiet" }, "Loading…"));
  try {
    const details = await account.http.get<SessionDetails>(`/api/dashboard/${encodeURIComponent(sessionId)}`);
    fill(body, ...detailViews(details, await titled(details.registration_history)));
  } catch (error) {
    const again = h("button", { type: "button", class: "secondary small" }, "Try again");
    again.addEventListener("click", () => void showDetails(sessionId, body));
    fill(body, h("div", { class: "failure", role: "alert" }, h("p", {}, explain(error)), again));
  }
}

function detailViews(details: SessionDetails, registrations: Shown[]): HTMLElement[] {
  const { task_assignments: tasks, timeline, statistics } = details;
  return [
    h(
      "dl",
      { class: "facts wide" },
      ...fact("Signed in", shortTime(details.login_time)),
      ...fact("Last activity", shortTime(details.last_activity)),
      ...fact("Messages", String(statistics["total_messages"] ?? 0)),
      ...fact("Activities", String(statistics["total_activities"] ?? 0)),
    ),
    block("Registrations in this session", "None.", registrations.map((one) =>
      h("li", {}, h("span", {}, one.title), h("small", {}, `${typeLabel(one.registration_type)} · `, timeElement(one.timestamp))),
    )),
    block("Tasks", "None.", tasks.slice(0, 10).map((task) => h("li", {}, taskLine(task)))),
    h("section", {}, h("h3", {}, "What happened"), timeline.length > 0 ? timelineView(timeline) : h("p", { class: "quiet" }, "Nothing yet.")),
  ];
}

function fact(term: string, value: string): HTMLElement[] {
  return [h("dt", {}, term), h("dd", {}, value)];
}

function block(title: string, empty: string, rows: HTMLElement[]): HTMLElement {
  return h("section", {}, h("h3", {}, title), rows.length > 0 ? h("ul", { class: "rows" }, ...rows) : h("p", { class: "quiet" }, empty));
}
