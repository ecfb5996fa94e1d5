// Admin → People: who is here, and what is done with their accounts.

import { addPerson, managePerson } from "../admin/person";
import { initials } from "../chat/cards";
import { gathered, h, hidden, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { label } from "../lib/labels";
import { openLive } from "../lib/live";
import { Paged } from "../lib/paged";
import { nameOf } from "../lib/people";
import { recordsTable } from "../lib/table";
import type { Employee } from "../lib/types";

const PAGE = 50;
const SETTLE = 250; // ms: while somebody types, and when several things change at once

export function startPeoplePage(): void {
  const main = need(document, "[data-people]");
  void gated(main, "Sign in to look after people", () => show(main));
}

function show(main: HTMLElement): void {
  const search = need<HTMLInputElement>(main, "[data-search]");
  let name: (id: string | null | undefined) => string = (id) => id ?? "–";
  const list = new Paged<Employee>(need(main, '[data-part="people"]'), {
    path: () => `/api/v1/people?limit=${PAGE}${search.value.trim() ? `&q=${encodeURIComponent(search.value.trim())}` : ""}`,
    rows: (items) => peopleTable(items, name, () => void list.refresh()),
    empty: () => (search.value.trim() ? `Nobody is found for “${search.value.trim()}”. Names, IDs, e-mail addresses, departments and branches are searched.` : "Nobody is here yet."),
  });
  void nameOf().then((found) => {
    name = found;
    void list.refresh();
  });
  search.addEventListener("input", gathered(() => void list.restart(), SETTLE));
  need(main, "[data-add]").addEventListener("click", () => addPerson(() => void list.refresh()));
  const soon = gathered(() => void list.refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (/^(person|credential)\./.test(kind) ? soon() : undefined), stale: soon });
}

function peopleTable(items: Employee[], name: (id: string | null | undefined) => string, changed: () => void): HTMLElement {
  return recordsTable("People", ["Name", "Role", "Department", "Branch", "Manager", "Account", "Manage"], items, (person) => [
    h(
      "span",
      { class: "person" },
      h("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name)),
      h("span", {}, h("strong", {}, person.name), h("small", {}, [person.employee_id, person.email].filter(Boolean).join(" · "))),
    ),
    label(person.role),
    person.department ?? "–",
    person.branch ?? "–",
    name(person.manager_id),
    h("span", { class: `tag ${person.status === "active" ? "session-active" : ""}` }, person.status === "active" ? "Open" : "Closed"),
    h("button", { type: "button", class: "secondary small", "data-key": person.employee_id, on: { click: () => managePerson(person, changed) } }, "Manage", hidden(` ${person.name}`)),
  ]);
}
