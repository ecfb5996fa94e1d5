// Lets managers and admins choose whose record they look at; the choice is part of the address.

import { account } from "../lib/account";
import { fill, freshId, h, need } from "../lib/dom";
import { people } from "../lib/people";
import type { Employee } from "../lib/types";
import { EVERYONE, type View } from "./view";

const SEES_OTHERS = new Set(["manager", "branch_admin", "admin"]);

/** Whether who is signed in can look at anyone but themselves. */
export function seesOthers(): boolean {
  return SEES_OTHERS.has(account.employee?.role ?? "");
}

export async function startPicker(host: HTMLElement, view: View): Promise<void> {
  const title = need(document, "[data-whose]");
  title.textContent = whose(view, []);
  const me = account.employee;
  if (me === null || !seesOthers()) return;
  const known = await people();
  title.textContent = whose(view, known);

  const id = freshId("picker");
  const select = h("select", { id, on: { change: () => go(select.value) } });
  const option = (value: string, text: string): HTMLOptionElement =>
    h("option", { value, selected: value === (view.employeeId ?? EVERYONE) }, text);
  const others = known.filter((person) => person.employee_id !== me.employee_id);
  fill(
    select,
    option(EVERYONE, me.role === "admin" ? "Everyone" : "Everyone I may see"),
    option(me.employee_id, `${me.name} (me)`),
    ...others.map((person) => option(person.employee_id, `${person.name} · ${person.employee_id}`)),
  );
  fill(host, h("label", { class: "visually-hidden", for: id }, "Whose record to show"), select);
}

function whose(view: View, known: Employee[]): string {
  if (view.employeeId === null) return "Everyone";
  if (view.employeeId === view.own) return account.employee?.name ?? view.own;
  return known.find((person) => person.employee_id === view.employeeId)?.name ?? view.employeeId;
}

function go(employeeId: string): void {
  location.assign(`/dashboard?employee_id=${encodeURIComponent(employeeId)}`);
}
