// Sessions as cards, as a table and as a timeline.

import { type Child, h, hidden } from "../lib/dom";
import { icon, type IconName } from "../lib/icons";
import { nameElement } from "../lib/names";
import { recordsTable } from "../lib/table";
import { dayIn, dayName, duration, timeElement } from "../lib/time";
import { completeSession } from "./complete";
import type { Session } from "./types";
import { actualText, counted, elsewhereText, isMine, isOn, isOverdue, ownerText, plannedText, stateTags } from "./words";

const DAY = 86_400_000; // ms

export type Done = (session: Session) => void;

/** Cards, first those that should be completed by now, then what is next. */
export function cardsView(items: Session[], done: Done): HTMLElement {
  const groups = new Map<string, Session[]>();
  for (const one of items) {
    const name = groupOf(one);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return h("div", {}, ...Array.from(groups, ([name, some]) => h("section", {}, h("h2", { class: "part-title" }, name), h("ul", { class: "board session-cards" }, ...some.map((one) => card(one, done))))));
}

function groupOf(session: Session): string {
  if (isOverdue(session)) return "To be completed";
  const day = dayIn(Date.parse(session.starts_at));
  if (isOn(session) || day === dayIn(Date.now())) return "Today";
  return day === dayIn(Date.now() + DAY) ? "Tomorrow" : "Later";
}

function card(session: Session, done: Done): HTMLElement {
  const begun = Date.parse(session.starts_at) <= Date.now();
  const complete = h("button", { type: "button", class: `${begun ? "primary" : "secondary"} small`, "data-key": session.id }, "Complete", hidden(` ${session.title}`));
  complete.addEventListener("click", () => void completeSession(session, done));
  const elsewhere = elsewhereText(session);
  return h(
    "li",
    { class: "panel session-card" },
    h("div", { class: "tags" }, ...stateTags(session), session.moved_from === null ? null : h("span", { class: "tag" }, "Moved")),
    h("h3", {}, titleLink(session)),
    h("p", {}, plannedText(session)),
    h("p", { class: "quiet dotted" }, h("span", {}, duration(session.starts_at, session.ends_at)), elsewhere ? h("span", {}, elsewhere) : null, isMine(session) ? null : ownerText(session), session.note_count > 0 ? h("span", {}, counted(session.note_count, "note")) : null, session.attachment_count > 0 ? h("span", {}, counted(session.attachment_count, "file")) : null),
    session.may.includes("complete") ? h("div", { class: "form-actions" }, complete) : null,
  );
}

/** `whose` adds a column for those who look at several people. */
export function completedTable(items: Session[], { whose = false, states = false } = {}): HTMLElement {
  const heads = ["Session", ...(whose ? ["Who"] : []), ...(states ? ["State"] : []), "Planned", "Took place", "Code", "Notes", "Files"];
  return recordsTable(states ? "Sessions, latest first" : "Completed sessions, latest first", heads, items, (one) => [
    h("span", { class: "stacked" }, h("strong", {}, titleLink(one)), states || one.approval === "none" ? null : h("span", { class: "tags" }, ...stateTags(one).slice(1))),
    ...(whose ? [h("span", { class: "stacked" }, ownerText(one), h("small", {}, one.employee_id))] : []),
    ...(states ? [h("span", { class: "tags" }, ...stateTags(one))] : []),
    plannedText(one),
    actualText(one),
    one.completion_code === null ? null : codeLink(one),
    one.note_count > 0 ? String(one.note_count) : null,
    one.attachment_count > 0 ? String(one.attachment_count) : null,
  ]);
}

/** Everything that was planned, by day, latest first. */
export function historyView(items: Session[]): HTMLElement {
  const list = h("ol", { class: "timeline" });
  let day = "";
  for (const one of items) {
    const name = dayName(new Date(one.starts_at));
    if (name !== day) list.append(h("li", { class: "timeline-day" }, name));
    day = name;
    list.append(event(one));
  }
  return list;
}

function event(session: Session): HTMLElement {
  const { status, cancel_reason, completed_at, notes, moved_from } = session;
  const facts: Child[] = [
    h("span", {}, `Planned ${plannedText(session)}`),
    status === "completed" ? h("span", {}, `Took place ${actualText(session) ?? ""}`) : null,
    session.completion_code === null ? null : h("span", {}, codeLink(session)),
    moved_from === null ? null : h("span", {}, "First planned for ", timeElement(moved_from)),
    completed_at === null ? null : h("span", {}, "Completed ", timeElement(completed_at)),
  ];
  const said = status === "cancelled" ? cancel_reason : notes;
  const marks: Record<Session["status"], IconName> = { completed: "check", cancelled: "close", pending: isOverdue(session) ? "alert" : "session" };
  return h(
    "li",
    { class: "event" },
    h("span", { class: `event-mark session-${isOverdue(session) ? "overdue" : status}` }, icon(marks[status])),
    h("div", {}, h("span", { class: "tags" }, h("strong", {}, titleLink(session)), ...stateTags(session)), h("small", { class: "dotted" }, ...facts), said ? h("span", { class: "said-text clamped" }, said) : null),
  );
}

export function titleLink({ id, title }: Session): HTMLElement {
  return h("a", { href: `/sessions/${id}`, "data-key": `open-${id}` }, nameElement(title));
}

function codeLink({ id, completion_code }: Session): HTMLElement {
  return h("a", { class: "mono code-link", href: `/sessions/${id}/receipt`, title: "Receipt" }, completion_code);
}
