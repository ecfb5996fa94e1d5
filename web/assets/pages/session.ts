// One scheduled session: what was planned, how it went, its notes and files, what can be done now.

import { account } from "../lib/account";
import { type Child, fill, gathered, h, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { ApiError, explain } from "../lib/http";
import { icon } from "../lib/icons";
import { openLive } from "../lib/live";
import { nameElement, readableName } from "../lib/names";
import { Section } from "../lib/section";
import { shortTime, timeElement } from "../lib/time";
import type { Page } from "../lib/types";
import { sayZone } from "../meetings/words";
import { cancelSession, correctSession, decideOn, moveSession } from "../sessions/change";
import { completeSession } from "../sessions/complete";
import { Files } from "../sessions/files";
import { Notes } from "../sessions/notes";
import type { Session, Version } from "../sessions/types";
import { actualText, elsewhereText, FIELDS, isMine, ownerText, plannedText, stateTags } from "../sessions/words";

const SETTLE = 300; // ms: several changes at once are fetched once
const VERSIONS = 50;

export function startSessionPage(): void {
  const main = need(document, "[data-session]");
  void gated(main, "Sign in to see the session", () => void show(main));
}

async function show(main: HTMLElement): Promise<void> {
  const id = main.dataset["session"] ?? "";
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  sayZone(main);
  const first = await fetched(main, id);
  if (first === null) return;
  const notes = new Notes(part("notes"), part("add-note"), first.id);
  const files = new Files(main, first);
  const versions = new Section<Version[]>(part("versions"), {
    load: async () => (await account.http.get<Page<Version>>(`/api/v1/completions/${first.id}/versions?limit=${VERSIONS}`)).items,
    render: (items) => versionsView(items),
    empty: "Nothing was changed.",
  });
  const draw = (session: Session): void => {
    showHead(main, session);
    fill(part("facts"), facts(session));
    fill(part("deeds"), ...deeds(session, changed));
  };
  const changed = (session: Session): void => {
    draw(session);
    if (session.status === "completed") fill(part("said"), icon("check"), h("span", {}, "That is on record."));
    void versions.refresh();
  };
  const refresh = async (): Promise<void> => {
    const session = await fetched(main, first.id);
    if (session !== null) draw(session);
    await Promise.all([notes.refresh(), files.refresh(), versions.refresh()]);
  };
  draw(first);
  const soon = gathered(() => void refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (/^(completion|note|attachment)\./.test(kind) ? soon() : undefined), stale: soon });
  await Promise.all([notes.refresh(), files.refresh(), versions.refresh()]);
}

/** The session; null when there is none to show, which the page then says. */
async function fetched(main: HTMLElement, id: string): Promise<Session | null> {
  const missing = need(main, '[data-part="missing"]');
  const found = need(main, "[data-found]");
  try {
    const session = await account.http.get<Session>(`/api/v1/completions/${encodeURIComponent(id)}`);
    found.hidden = false;
    fill(missing);
    return session;
  } catch (error) {
    const unknown = error instanceof ApiError && error.status === 404;
    found.hidden = unknown || found.dataset["shown"] === undefined;
    const again = h("button", { type: "button", class: "secondary small", on: { click: () => location.reload() } }, icon("retry"), "Try again");
    const text = unknown ? h("section", { class: "panel join-said", role: "alert" }, h("h2", {}, icon("alert"), "There is no such session for you"), h("p", {}, "It doesn’t exist, or it belongs to somebody whose sessions you can’t see."), h("p", {}, h("a", { class: "more", href: "/sessions" }, "Your sessions", icon("chevron")))) : h("div", { class: "failure panel", role: "alert" }, h("p", {}, icon("alert"), explain(error)), again);
    fill(missing, text);
    return null;
  }
}

function showHead(main: HTMLElement, session: Session): void {
  need(main, "[data-found]").dataset["shown"] = "";
  document.title = `${readableName(session.title)} · Rollcall`;
  fill(need(document, "[data-title]"), nameElement(session.title));
  fill(need(main, '[data-part="state"]'), h("div", { class: "meeting-facts" }, h("span", { class: "tags" }, ...stateTags(session)), h("span", { class: "dotted" }, h("span", {}, plannedText(session)), isMine(session) ? h("span", {}, "Yours") : ownerText(session))));
}

function facts(session: Session): HTMLElement {
  const { batch_id, moved_from, missed_at, completed_at, completion_code, status, cancel_reason, notes } = session;
  const code = completion_code === null ? null : h("a", { class: "mono code-link", href: `/sessions/${session.id}/receipt` }, completion_code);
  const rows: [string, Child][] = [
    ["Planned", plannedText(session)],
    ["There", elsewhereText(session)],
    ["Batch", batch_id === null ? null : h("a", { href: `/sessions/batches/${batch_id}` }, "All of its sessions")],
    ["First planned", moved_from === null ? null : timeElement(moved_from)],
    ["Took place", actualText(session)],
    ["Code", code],
    ["Completed", completed_at === null ? null : timeElement(completed_at)],
    ["Missed", missed_at === null || status !== "pending" ? null : h("span", {}, "Nobody closed it within a day; it still can be.")],
    ["Why", status === "cancelled" ? h("span", { class: "said-text" }, cancel_reason ?? "No reason was given.") : null],
    ["Summary", notes === null ? null : h("span", { class: "said-text" }, notes)],
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([term, value]) => (value ? [h("dt", {}, term), h("dd", {}, value)] : [])));
}

/** What who looks may do now. */
function deeds(session: Session, changed: (session: Session) => void): HTMLElement[] {
  const { may, status } = session;
  const button = (text: string, look: string, press: () => void): HTMLElement => h("button", { type: "button", class: look, "data-key": text, on: { click: press } }, text);
  return [
    ...(may.includes("complete") ? [button("Complete", "primary", () => void completeSession(session, changed))] : []),
    ...(may.includes("approve") ? [button("Approve", "primary", () => decideOn(session, true, changed)), button("Reject", "secondary", () => decideOn(session, false, changed))] : []),
    ...(may.includes("change") && status === "pending" ? [button("Change the plan", "secondary", () => moveSession(session, changed))] : []),
    ...(may.includes("change") && status === "completed" ? [button("Correct", "secondary", () => correctSession(session, changed))] : []),
    ...(may.includes("cancel") ? [button("Call it off", "secondary", () => cancelSession(session, changed))] : []),
    ...(status === "completed" ? [h("a", { class: "more", href: `/sessions/${session.id}/receipt` }, icon("record"), "Receipt")] : []),
  ];
}

function versionsView(items: Version[]): HTMLElement | null {
  if (items.length === 0) return null;
  return h("ul", { class: "rows versions" }, ...items.map(({ at, name, employee_id, before }) => h("li", {}, h("div", {}, h("span", {}, h("strong", {}, nameElement(name ?? employee_id ?? "Rollcall")), ", ", timeElement(at)), h("small", {}, replaced(before))))));
}

/** "Beginning was 10:00; summary was “…”": what a change replaced. */
function replaced(before: Record<string, unknown>): string {
  if ("status" in before && before["status"] === "pending" && "completion_code" in before) return "Completed it.";
  if ("cancel_reason" in before) return "Called it off.";
  if ("missed_at" in before && Object.keys(before).length === 1) return "Noticed that nobody had completed it.";
  if ("approval" in before && Object.keys(before).length === 1) return "Decided on it.";
  const parts = Object.entries(before).flatMap(([name, value]) => {
    const label = FIELDS[name];
    if (label === undefined) return [];
    const text = typeof value === "string" ? (name.endsWith("_at") || name.startsWith("actual_") ? shortTime(value) : `“${value}”`) : "empty";
    return [`${label} was ${text}`];
  });
  return `${parts.join("; ") || "Changed it"}.`;
}
