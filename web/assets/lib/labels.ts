// Names from the record in words for people.

import { shortTime } from "./time";

/** "in_progress" -> "In progress". */
export function label(name: string): string {
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "supplier_registration" -> "Supplier". */
export function typeLabel(registrationType: string): string {
  return label(registrationType.replace(/_registration$/, ""));
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A value of the record as one line of text. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "string" && MOMENT.test(value)) return shortTime(value);
  if (Array.isArray(value)) return value.map(plainValue).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, inner]) => `${label(name)}: ${plainValue(inner)}`)
      .join("; ");
  }
  return String(value);
}
