// The registration types, for showing registrations by their fields in the right order.

import { account } from "./account";
import { plainValue } from "./labels";
import type { Page, Registration } from "./types";

export interface RegistrationType {
  name: string;
  label: string;
  plural: string;
  fields: { name: string; label: string }[];
}

let types: Promise<RegistrationType[]> | null = null;

/** What may be registered; fetched once a page, and nothing is lost when that fails. */
export function registrationTypes(): Promise<RegistrationType[]> {
  types ??= account.http
    .get<Page<RegistrationType>>("/api/v1/registration-types")
    .then(({ items }) => items)
    .catch(() => {
      types = null;
      return [];
    });
  return types;
}

export interface Shown extends Registration {
  /** What names it: its first field. */
  title: string;
  /** The other answers, in the order of the form. */
  details: string[];
}

/** Registrations with a title; the order of answers in the record is the order they were given in. */
export async function titled(registrations: Registration[]): Promise<Shown[]> {
  const order = new Map((await registrationTypes()).map((type) => [type.name, type.fields.map((field) => field.name)]));
  return registrations.map((one) => {
    const names = order.get(one.registration_type.replace(/_registration$/, "")) ?? Object.keys(one.data);
    const values = names.map((name) => plainValue(one.data[name]));
    return { ...one, title: values[0] ?? "–", details: values.slice(1).filter((value) => value !== "–") };
  });
}
