// Lets managers and admins choose whose record they look at; the choice is part of the address.

import { account } from "../lib/account";
import { fill, freshId, h, need } from "../lib/dom";
import type { Employee, Page } from "../lib/types";
import { EVERYONE, type View } from "./view";

const SEES_OTHERS = new Set(["manager", "branch_admin", "admin"]);
const MOST = 200;

export async function startPicker(host: HTMLElement, view: View): Promise<void> {
  const title = need(document, "[data-whose]");
  title.textContent = whose(view, []);
  const me = account.employee;
  if (me === null || !SEES_OTHERS.has(me.role)) return;
  const people = await everyone();
  title.textContent = whose(view, people);

  const id = freshId("picker");
  const select = h("select", { id, on: { change: () => go(select.value) } });
  const option = (value: string, text: string): HTMLOptionElement =>
    h("option", { value, selected: value === (view.employeeId ?? EVERYONE) }, text);
  const others = people.filter((person) => person.employee_id !== me.employee_id);
  fill(
    select,
    option(EVERYONE, me.role === "admin" ? "Everyone" : "Everyone I may see"),
    option(me.employee_id, `${me.name} (me)`),
    ...others.map((person) => option(person.employee_id, `${person.name} · ${person.employee_id}`)),
  );
  fill(host, h("label", { class: "visually-hidden", for: id }, "Whose record to show"), select);
}

function whose(view: View, people: Employee[]): string {
  if (view.employeeId === null) return "Everyone";
  if (view.employeeId === view.own) return account.employee?.name ?? view.own;
  return people.find((person) => person.employee_id === view.employeeId)?.name ?? view.employeeId;
}

/** People one may see; without an answer the page still works, only without the choice. */
async function everyone(): Promise<Employee[]> {
  try {
    return (await account.http.get<Page<Employee>>(`/api/v1/people?limit=${MOST}`)).items;
  } catch {
    return [];
  }
}

function go(employeeId: string): void {
  location.assign(`/dashboard?employee_id=${encodeURIComponent(employeeId)}`);
}
