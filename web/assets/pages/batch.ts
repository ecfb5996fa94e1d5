// One weekly batch: its plan, its sessions ahead one by one, what is changed from some day on.

import { changeBatch, endBatch } from "../batches/change";
import { today } from "../batches/form";
import type { Batch, Occurrences } from "../batches/types";
import { batchTag, dayText, isEmpty, rhythmText, termText } from "../batches/words";
import { account } from "../lib/account";
import { type Child, fill, gathered, h, hidden, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { ApiError, explain } from "../lib/http";
import { icon } from "../lib/icons";
import { openLive } from "../lib/live";
import { nameElement, readableName } from "../lib/names";
import { Section } from "../lib/section";
import type { Page } from "../lib/types";
import { sayZone } from "../meetings/words";
import { cancelSession, moveSession } from "../sessions/change";
import { completeSession } from "../sessions/complete";
import type { Session } from "../sessions/types";
import { isOn, isOverdue, plannedText, stateTags } from "../sessions/words";

const SETTLE = 300; // ms: several changes at once are fetched once
const MOST = 200;
const SHOWN_DAYS = 12;

export function startBatchPage(): void {
  const main = need(document, "[data-batch]");
  void gated(main, "Sign in to see the batch", () => void show(main));
}

async function show(main: HTMLElement): Promise<void> {
  const path = `/api/v1/batches/${encodeURIComponent(main.dataset["batch"] ?? "")}`;
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  sayZone(main);
  const said = (text: string): void => fill(part("said"), icon("check"), h("span", {}, text));
  let batch: Batch | null = null;
  let coming: Promise<Occurrences> | null = null;
  // Both lists are drawn from one answer.
  const occurrences = (): Promise<Occurrences> => (coming ??= account.http.get<Occurrences>(`${path}/occurrences`).finally(() => (coming = null)));
  const changed = (text: string): void => {
    said(text);
    void refresh();
  };
  const follow = ({ id }: Batch): void => location.assign(`/sessions/batches/${id}`);
  const row = (session: Session): HTMLElement => occurrence(session, batch, changed, follow);
  const ahead = new Section<Occurrences>(part("ahead"), {
    load: occurrences,
    render: ({ items, days_after }) => {
      const open = items.filter(isAhead);
      return open.length + days_after.length > 0 ? h("div", {}, h("ul", { class: "rows" }, ...open.map(row)), later(days_after)) : null;
    },
    empty: "Nothing is planned ahead.",
  });
  const before = new Section<Occurrences>(part("before"), {
    load: occurrences,
    render: ({ items }) => {
      const over = items.filter((one) => !isAhead(one)).reverse();
      return over.length > 0 ? h("ul", { class: "rows" }, ...over.map(row)) : null;
    },
    empty: "No session of it is over yet.",
  });
  const refresh = async (): Promise<void> => {
    batch = await fetched(main, path);
    if (batch === null) return;
    const { successor, predecessor } = await neighbours(batch);
    fill(part("state"), h("span", { class: "tags" }, batchTag(batch)));
    fill(part("facts"), facts(batch, predecessor, successor));
    fill(part("deeds"), ...deeds(batch, () => changed("That is on record."), follow));
    await Promise.all([ahead.refresh(), before.refresh()]);
  };
  const soon = gathered(() => void refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (/^(batch|completion)\./.test(kind) ? soon() : undefined), stale: soon });
  await refresh();
}

async function fetched(main: HTMLElement, path: string): Promise<Batch | null> {
  const missing = need(main, '[data-part="missing"]');
  try {
    const batch = await account.http.get<Batch>(path);
    fill(missing);
    need(main, "[data-found]").hidden = false;
    document.title = `${readableName(batch.title)} · Rollcall`;
    fill(need(document, "[data-title]"), nameElement(batch.title));
    return batch;
  } catch (error) {
    const unknown = error instanceof ApiError && error.status === 404;
    if (unknown) need(main, "[data-found]").hidden = true;
    const text = unknown ? "There is no such batch for you: it doesn’t exist, or it belongs to somebody whose sessions you can’t see." : explain(error);
    const again = h("button", { type: "button", class: "secondary small", on: { click: () => location.reload() } }, icon("retry"), "Try again");
    fill(missing, h("div", { class: "failure panel", role: "alert" }, h("p", {}, icon("alert"), text), unknown ? null : again));
    return null;
  }
}

/** The batch that this one took over from, and the one that took over from it. */
async function neighbours(batch: Batch): Promise<{ predecessor: Batch | null; successor: Batch | null }> {
  const { items } = await account.http.get<Page<Batch>>(`/api/v1/batches?limit=${MOST}`).catch((): Page<Batch> => ({ items: [], next: null }));
  return {
    predecessor: items.find(({ id }) => id === batch.follows) ?? null,
    successor: items.find(({ follows }) => follows === batch.id) ?? null,
  };
}

function facts(batch: Batch, predecessor: Batch | null, successor: Batch | null): HTMLElement {
  const { timezone, holidays, needs_approval, employee_name, employee_id } = batch;
  const to = (other: Batch | null): Child => (other === null ? null : h("a", { href: `/sessions/batches/${other.id}` }, `${rhythmText(other)} (${isEmpty(other) ? "replaced" : termText(other)})`));
  const rows: [string, Child][] = [
    ["Host", h("span", {}, nameElement(employee_name ?? employee_id))],
    ["Meets", rhythmText(batch)],
    ["Time zone", timezone.replaceAll("_", " ")],
    ["Term", isEmpty(batch) ? "Another plan took all of it" : termText(batch)],
    ["Days off", holidays.length > 0 ? h("ul", { class: "chips" }, ...holidays.map((day) => h("li", {}, dayText(day)))) : null],
    ["Approval", needs_approval ? "A manager approves each session" : null],
    ["Before that", to(predecessor)],
    ["After that", to(successor)],
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([term, value]) => (value ? [h("dt", {}, term), h("dd", {}, value)] : [])));
}

function deeds(batch: Batch, ended: () => void, follow: (batch: Batch) => void): HTMLElement[] {
  const from = today() > batch.first_day ? today() : batch.first_day;
  const button = (text: string, press: () => void): HTMLElement => h("button", { type: "button", class: "secondary", "data-key": text, on: { click: press } }, text);
  return [
    ...(batch.may.includes("change") && from <= batch.last_day ? [button("Change the plan", () => changeBatch(batch, from, follow))] : []),
    ...(batch.may.includes("end") && from <= batch.last_day ? [button("End it", () => endBatch(batch, ended))] : []),
  ];
}

function isAhead(session: Session): boolean {
  return session.scheduled_date >= today() && !isOverdue(session);
}

/** One session: where it leads, and what can be done with this one alone or from this one on. */
function occurrence(session: Session, batch: Batch | null, changed: (text: string) => void, follow: (batch: Batch) => void): HTMLElement {
  const { id, may, moved_from, cancel_reason, status, completion_code, planned_day } = session;
  const when = plannedText(session);
  const tool = (text: string, press: () => void): HTMLElement => h("button", { type: "button", class: "link", "data-key": `${text}-${id}`, on: { click: press } }, text, hidden(`: ${when}`));
  const begun = isOverdue(session) || isOn(session);
  const following = batch?.may.includes("change") && status === "pending" && !begun && planned_day !== null && planned_day >= batch.first_day && planned_day <= batch.last_day;
  const tools = [
    may.includes("complete") && begun ? tool("Complete", () => void completeSession(session, ({ completion_code: code }) => changed(`It is completed. Its code is ${code ?? ""}.`))) : null,
    may.includes("change") && status === "pending" ? tool("Change", () => moveSession(session, (moved) => changed(`It is planned for ${plannedText(moved)} now.`))) : null,
    batch !== null && following ? tool("This and following", () => changeBatch(batch, planned_day, follow)) : null,
    may.includes("cancel") ? tool("Call off", () => cancelSession(session, () => changed(`The session of ${when} is called off.`))) : null,
  ];
  return h(
    "li",
    {},
    h(
      "div",
      {},
      h("span", { class: "tags" }, h("a", { href: `/sessions/${id}` }, when), ...stateTags(session), moved_from === null ? null : h("span", { class: "tag" }, "Moved")),
      moved_from === null ? null : h("small", {}, `First planned for ${plannedText({ ...session, starts_at: moved_from, ends_at: "" })}`),
      completion_code === null ? null : h("small", { class: "mono" }, completion_code),
      status === "cancelled" ? h("small", { class: "said-text" }, cancel_reason ?? "No reason was given.") : null,
    ),
    tools.some(Boolean) ? h("div", { class: "note-tools" }, ...tools) : null,
  );
}

/** The days for which sessions will be made when they come near. */
function later(days: string[]): HTMLElement | null {
  if (days.length === 0) return null;
  const more = days.length > SHOWN_DAYS ? ` and ${days.length - SHOWN_DAYS} days more` : "";
  return h("p", { class: "quiet" }, `After that: ${days.slice(0, SHOWN_DAYS).map(dayText).join("; ")}${more}. These sessions are made when they are sixty days ahead.`);
}
