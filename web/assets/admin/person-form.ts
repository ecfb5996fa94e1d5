// The form for a person: the same for adding one and for changing one.

import { account } from "../lib/account";
import { freshId, h } from "../lib/dom";
import { type Field, selectField, textField, valueOf } from "../lib/form";
import { label } from "../lib/labels";
import { people } from "../lib/people";
import type { Employee } from "../lib/types";

const ROLES = ["employee", "faculty", "manager", "branch_admin", "admin"];
const ADMINS = new Set(["branch_admin", "admin"]);

export interface PersonFields {
  fields: Field[];
  /** What was typed, by the names of the API. */
  values: () => Record<string, string | null>;
}

/** `person` is who is changed; null when somebody is added. */
export function personFields(person: Employee | null): PersonFields {
  const me = account.employee;
  const grants = me?.role === "admin";
  const isMe = person !== null && person.employee_id === me?.employee_id;
  const text = (name: keyof Employee & string, title: string, attributes = {}): Field =>
    textField({ name, label: title, required: false, value: person?.[name] as string | null | undefined, attributes });

  const fields: Field[] = [];
  if (person === null) {
    fields.push(textField({ name: "employee_id", label: "Employee ID", attributes: { placeholder: "EMP010", autocapitalize: "characters", maxlength: 14 } }));
  }
  fields.push(textField({ name: "name", label: "Name", value: person?.name, attributes: { maxlength: 120, spellcheck: "false" } }));
  const roles = grants ? ROLES : ROLES.filter((role) => !ADMINS.has(role));
  if (!isMe) {
    fields.push(selectField({ name: "role", label: "Role", value: person?.role ?? "employee", choices: roles.map((role) => [role, label(role)]) }));
  }
  fields.push(text("email", "E-mail", { type: "email", maxlength: 254 }), text("department", "Department", { maxlength: 80 }));
  if (grants) fields.push(text("branch", "Branch", { maxlength: 80 }));
  fields.push(managerField(person), text("timezone", "Time zone", { placeholder: "Europe/Berlin", maxlength: 60 }));
  return { fields, values: () => Object.fromEntries(fields.map((field) => [field.name, valueOf(field)])) };
}

/** The id of somebody; names are suggested. */
function managerField(person: Employee | null): Field {
  const list = h("datalist", { id: freshId("people") });
  void people().then((all) => {
    const active = all.filter((one) => one.employee_id !== person?.employee_id && one.status !== "left");
    list.append(...active.map((one) => h("option", { value: one.employee_id }, one.name)));
  });
  const field = textField({
    name: "manager_id",
    label: "Manager",
    hint: "An employee ID: they see this person's record and give them tasks.",
    required: false,
    value: person?.manager_id,
    attributes: { list: list.id, autocapitalize: "characters", maxlength: 14 },
  });
  field.row.append(list);
  return field;
}
