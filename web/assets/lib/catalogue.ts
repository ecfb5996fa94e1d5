// The registration types, for showing registrations by their fields in the right order.

import { account } from "./account";
import { plainValue } from "./labels";
import type { Page, Registration } from "./types";

interface RegistrationType {
  name: string;
  fields: { name: string; label: string }[];
}

let types: Promise<Map<string, string[]>> | null = null;

/** Field names in order, by type; fetched once a page, and nothing is lost when that fails. */
async function fieldOrder(): Promise<Map<string, string[]>> {
  types ??= account.http
    .get<Page<RegistrationType>>("/api/v1/registration-types")
    .then(({ items }) => new Map(items.map((type) => [type.name, type.fields.map((field) => field.name)])))
    .catch(() => {
      types = null;
      return new Map<string, string[]>();
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
  const order = await fieldOrder();
  return registrations.map((one) => {
    const names = order.get(one.registration_type.replace(/_registration$/, "")) ?? Object.keys(one.data);
    const values = names.map((name) => plainValue(one.data[name]));
    return { ...one, title: values[0] ?? "–", details: values.slice(1).filter((value) => value !== "–") };
  });
}
