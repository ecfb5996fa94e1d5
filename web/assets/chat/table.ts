// A table in a reply: captioned, with the query as chips, scrolling sideways within itself.

import { h, hidden } from "../lib/dom";
import { icon } from "../lib/icons";
import { plainValue } from "../lib/labels";
import type { Custom } from "../lib/types";
import { localLink } from "./cards";

export function tableView(custom: Extract<Custom, { type: "table" }>): HTMLElement {
  const { columns, rows, total, url, chips } = custom;
  const all = total ?? rows.length;
  const caption = custom.title ?? (all === 1 ? "1 row" : `${all} rows`);
  const rest = all > rows.length ? `${rows.length} of ${all} shown` : null;
  return h(
    "section",
    { class: "card table-card", "aria-label": caption },
    chips && chips.length > 0
      ? h(
          "ul",
          { class: "chips", "aria-label": "What was understood" },
          ...chips.map((chip) => h("li", {}, typeof chip === "string" ? chip : chip.label)),
        )
      : null,
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "region", "aria-label": `${caption}, scrolls sideways` },
      h(
        "table",
        {},
        h("caption", {}, caption, rest ? h("span", { class: "quiet" }, ` · ${rest}`) : null),
        h("thead", {}, h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, column.label)))),
        h(
          "tbody",
          {},
          ...rows.map((row) => h("tr", {}, ...columns.map((column) => h("td", {}, plainValue(row[column.name]))))),
        ),
      ),
    ),
    rows.length === 0 ? h("p", { class: "quiet" }, icon("info"), hidden("Note: "), "Nothing found.") : null,
    url ? localLink(url, "Open on the dashboard") : null,
  );
}
