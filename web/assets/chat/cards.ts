// How a rich client shows the `custom` part of a reply. Every card adds to the reply's text,
// which is complete by itself, so an unknown type simply shows nothing more.

import { account } from "../lib/account";
import { BarChart } from "../lib/chart";
import { h, hidden } from "../lib/dom";
import { icon } from "../lib/icons";
import { label, plainValue, typeLabel } from "../lib/labels";
import { dueText, isOverdue, shortTime, whenText } from "../lib/time";
import type { Button, Custom, MeetingItem, Reply, Task } from "../lib/types";
import { sessionCard as scheduledCard } from "./files";
import { tableView } from "./table";

const MOST_MEETINGS = 5;

/** Presses a button: sends its payload while the conversation shows its title. */
export type Press = (button: Button) => void;

/** The card of a reply, or null when its text is all there is to show. */
export function card(custom: Custom, press: Press, say: (text: string) => void): HTMLElement | null {
  switch (custom.type) {
    case "session":
      return sessionCard(custom);
    case "form_question":
      return questionCard(custom, say);
    case "form_summary":
      return summaryCard(custom);
    case "receipt":
      return receiptCard(custom);
    case "tasks":
      return custom.items.length > 0 ? tasksCard(custom.items, press) : null;
    case "table":
      return tableView(custom);
    case "chart":
      return chartCard(custom);
    case "meeting":
      return custom.items.length > 0 ? meetingsCard(custom) : null;
    case "completion":
      return scheduledCard(custom, localLink(custom.url, "Open it"));
    default:
      return null;
  }
}

/**
 * The text above a card, without the lines that the card shows better: list items, the choices
 * in brackets, the session's facts. Clients that show no cards use the text as it is.
 */
export function textBeside({ text, custom }: Reply): string {
  const words = text ?? "";
  switch (custom?.type) {
    case "table":
      // A link stands in the card; its address is for clients that show text only.
      return withoutItems(custom.link ? words.replace(`\n${custom.url}`, "") : words);
    case "form_summary":
    case "tasks":
    case "meeting":
      return withoutItems(words);
    case "session":
      return words.replace(/\nSession: .*$/, "");
    case "form_question":
      return words.replace(` (${(custom.choices ?? []).map((choice) => choice.label).join(", ")})`, "");
    default:
      return words;
  }
}

function withoutItems(words: string): string {
  return words
    .split("\n")
    .filter((line) => !/^(•|\d+\.) /.test(line))
    .join("\n");
}

type Of<T extends Custom["type"]> = Extract<Custom, { type: T }>;

function sessionCard({ session_id, employee, role, dashboard_url }: Of<"session">): HTMLElement {
  return h(
    "section",
    { class: "card session-card", "aria-label": "Session" },
    h(
      "div",
      { class: "card-head" },
      h("span", { class: "avatar", "aria-hidden": "true" }, initials(employee.name)),
      h(
        "div",
        {},
        h("strong", {}, employee.name),
        h("div", { class: "quiet" }, [employee.employee_id, role, employee.department].filter(Boolean).join(" · ")),
      ),
    ),
    h("p", { class: "quiet mono" }, hidden("Session id: "), session_id),
    localLink(dashboard_url, "Open the dashboard"),
  );
}

function questionCard(custom: Of<"form_question">, say: (text: string) => void): HTMLElement {
  const { step, of, choices, help, optional } = custom;
  const done = h("progress", { max: of, value: step, "aria-hidden": "true" });
  return h(
    "section",
    { class: "card question-card", "aria-label": `Question ${step} of ${of}` },
    h(
      "div",
      { class: "steps" },
      h("strong", {}, custom.label, optional ? h("span", { class: "quiet" }, " (optional)") : null),
      h("span", { class: "quiet" }, `Step ${step} of ${of}`),
    ),
    done,
    help ? h("p", { class: "quiet" }, help) : null,
    choices && choices.length > 0
      ? h(
          "div",
          { class: "choices quick", role: "group", "aria-label": `Choices for ${custom.label}` },
          ...choices.map((choice) =>
            h("button", { type: "button", on: { click: () => say(choice.label) } }, choice.label),
          ),
        )
      : null,
  );
}

function summaryCard({ registration_type, fields }: Of<"form_summary">): HTMLElement {
  return h(
    "section",
    { class: "card summary-card", "aria-label": "Summary" },
    h("div", { class: "card-head" }, icon("record"), h("strong", {}, `${typeLabel(registration_type)}: please check`)),
    h(
      "dl",
      {},
      ...fields.flatMap(({ label: term, value }) => [h("dt", {}, term), h("dd", {}, plainValue(value))]),
    ),
  );
}

function receiptCard(custom: Of<"receipt">): HTMLElement {
  const { registration_type, title, document_id, session_id, undo_until } = custom;
  return h(
    "section",
    { class: "card receipt-card", "aria-label": "Receipt" },
    h("div", { class: "card-head" }, icon("check"), h("strong", {}, `${typeLabel(registration_type)} saved`)),
    h(
      "dl",
      {},
      ...(title ? [h("dt", {}, "Name"), h("dd", {}, title)] : []),
      h("dt", {}, "Reference"),
      h("dd", { class: "mono" }, document_id),
      ...(session_id ? [h("dt", {}, "Session"), h("dd", { class: "mono" }, session_id)] : []),
    ),
    undo_until ? h("p", { class: "quiet" }, `You can undo this until ${shortTime(undo_until)}.`) : null,
  );
}

function meetingsCard({ items, url }: Of<"meeting">): HTMLElement {
  const more = items.length - MOST_MEETINGS;
  return h(
    "section",
    { class: "card meeting-card", "aria-label": items.length === 1 ? "Meeting" : "Meetings" },
    ...items.slice(0, MOST_MEETINGS).map(meetingPart),
    more > 0 && url ? localLink(url, `${more} more`) : null,
  );
}

function meetingPart({ title, status, code, starts_at, ends_at, url }: MeetingItem): HTMLElement {
  const open = status !== "completed" && status !== "cancelled";
  return h(
    "div",
    { class: "meeting-part" },
    h("div", { class: "card-head" }, icon("meeting"), h("strong", {}, h("bdi", {}, title))),
    h(
      "dl",
      {},
      ...(starts_at ? [h("dt", {}, "When"), h("dd", {}, whenText(starts_at, ends_at))] : []),
      ...(code && open ? [h("dt", {}, "Code"), h("dd", { class: "mono" }, `${code.slice(0, 3)} ${code.slice(3)}`)] : []),
    ),
    localLink(open ? url : `${url}/attendance`, open ? "Open the meeting" : "Open its attendance"),
  );
}

function tasksCard(items: Task[], press: Press): HTMLElement {
  return h(
    "ul",
    { class: "card tasks-card", "aria-label": "Tasks" },
    ...items.map((task) => h("li", {}, taskLine(task), taskButtons(task, press))),
  );
}

/** Title, then priority, state and due date; also used by the side panel and the dashboard. */
export function taskLine(task: Task): HTMLElement {
  const late = task.status !== "completed" && task.due_date && isOverdue(task.due_date);
  return h(
    "div",
    { class: "task-line" },
    h("span", { class: "task-title" }, task.title),
    h(
      "span",
      { class: "tags" },
      h("span", { class: `tag priority-${task.priority}` }, label(task.priority), hidden(" priority")),
      h("span", { class: `tag status-${task.status}` }, label(task.status)),
      task.due_date && task.status !== "completed"
        ? h("span", { class: late ? "tag late" : "quiet" }, dueText(task.due_date))
        : null,
    ),
  );
}

function taskButtons(task: Task, press: Press): HTMLElement | null {
  if (!task.buttons || task.buttons.length === 0) return null;
  return h(
    "div",
    { class: "quick" },
    ...task.buttons.map((button) =>
      h("button", { type: "button", on: { click: () => press(button) } }, button.title, hidden(`: ${task.title}`)),
    ),
  );
}

function chartCard({ title, kind, series, url }: Of<"chart">): HTMLElement {
  const chart = new BarChart({
    title: title ?? "Chart",
    unit: kind ?? "What",
    labels: series.map((point) => point.label),
    series: [{ label: "Count", values: series.map((point) => point.value), color: "--chart-1" }],
  });
  return h("div", { class: "card" }, chart.element, url ? localLink(url, "Open on the dashboard") : null);
}

/** A link into this site; an address that leads elsewhere is not made a link. */
export function localLink(url: string, text: string): HTMLElement | null {
  const { embedded } = account.http;
  const site = new URL(account.http.address("/"), location.href);
  const target = new URL(url, site);
  if (target.origin !== site.origin) return null;
  const href = account.http.address(target.pathname + target.search);
  return h("a", { class: "more", href, ...(embedded ? { target: "_blank", rel: "noopener" } : {}) }, text, icon("chevron"));
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.charAt(0) ?? "").join("").toUpperCase();
}
