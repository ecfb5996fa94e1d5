// Registrations and tasks as tables that become cards on a phone.

import { account } from "../lib/account";
import { type Child, h } from "../lib/dom";
import { type Shown, titled } from "../lib/catalogue";
import { label, typeLabel } from "../lib/labels";
import { nameOf } from "../lib/people";
import { Section } from "../lib/section";
import { recordsTable } from "../lib/table";
import { dueText, isOverdue, timeElement } from "../lib/time";
import type { Page, Registration, Task } from "../lib/types";
import type { View } from "./view";

const SHOWN = 15;

export function registrationsSection(host: HTMLElement, view: View): Section<Page<Shown>> {
  return new Section<Page<Shown>>(host, {
    load: async () => {
      const path = `/api/v1/registrations?limit=${SHOWN}${whose("employee_id", view)}`;
      const [page, name] = await Promise.all([account.http.get<Page<Registration>>(path), nameOf()]);
      const shown = await titled(page.items);
      return { items: shown.map((one) => ({ ...one, employee_id: name(one.employee_id) })), next: page.next };
    },
    render: (page) =>
      table("Registrations, newest first", ["Name", "Type", "Details", ...by(view), "When"], page, (one) => [
        h("strong", {}, one.title),
        typeLabel(one.registration_type),
        one.status === "undone" ? h("span", { class: "tag" }, "Taken back") : h("span", { class: "quiet" }, one.details.slice(0, 3).join(" · ")),
        ...by(view, one.employee_id),
        timeElement(one.timestamp),
      ]),
    empty: "Nothing registered yet. Say “register a supplier” in the chat.",
  });
}

export function tasksSection(host: HTMLElement, view: View): Section<Page<Task>> {
  return new Section<Page<Task>>(host, {
    load: async () => {
      const path = `/api/v1/tasks?limit=${SHOWN}${whose("assignee", view)}`;
      const [page, name] = await Promise.all([account.http.get<Page<Task>>(path), nameOf()]);
      const named = page.items.map((task) => ({ ...task, assignee: name(task.assignee), assigned_by: name(task.assigned_by) }));
      return { items: named, next: page.next };
    },
    render: (page) =>
      table("Tasks, newest first", ["Task", "Priority", "Status", "Due", ...by(view, "For"), "By"], page, (task) => [
        h("strong", {}, task.title),
        h("span", { class: `tag priority-${task.priority}` }, label(task.priority)),
        h("span", { class: `tag status-${task.status}` }, label(task.status)),
        due(task),
        ...by(view, task.assignee),
        task.assigned_by ?? "–",
      ]),
    empty: "No tasks yet.",
  });
}

function table<T>(caption: string, heads: string[], page: Page<T>, cells: (row: T) => Child[]): HTMLElement | null {
  if (page.items.length === 0) return null;
  return h(
    "div",
    {},
    recordsTable(caption, heads, page.items, cells),
    page.next === null ? null : h("p", { class: "quiet" }, `The newest ${page.items.length} are shown.`),
  );
}

/** When more than one person is shown, whose each row is. */
function by(view: View, value: string | undefined = "Employee"): string[] {
  return view.employeeId === null ? [value] : [];
}

function whose(name: string, view: View): string {
  return view.employeeId === null ? "" : `&${name}=${encodeURIComponent(view.employeeId)}`;
}

function due(task: Task): Child {
  if (!task.due_date) return "–";
  if (task.status === "completed") return timeElement(task.due_date);
  const late = isOverdue(task.due_date);
  return h("span", { class: late ? "tag late" : "" }, dueText(task.due_date));
}
