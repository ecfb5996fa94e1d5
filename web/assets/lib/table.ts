// Records as a table that becomes cards on a phone.

import { type Child, h } from "./dom";

export function recordsTable<T>(caption: string, heads: string[], rows: T[], cells: (row: T) => Child[]): HTMLElement {
  return h(
    "table",
    { class: "records" },
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h(
      "tbody",
      {},
      ...rows.map((row) => h("tr", {}, ...cells(row).map((cell, at) => h("td", { "data-head": heads[at] }, cell)))),
    ),
  );
}
