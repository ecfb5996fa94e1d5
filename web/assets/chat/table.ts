// A table in a reply: captioned, with the query as chips, scrolling sideways within itself.

import { account } from "../lib/account";
import { h, hidden } from "../lib/dom";
import { downloadLink } from "../lib/download";
import { icon } from "../lib/icons";
import { plainValue } from "../lib/labels";
import type { Custom } from "../lib/types";
import { localLink } from "./cards";

const EXPORTS = "/api/v1/exports";

type Table = Extract<Custom, { type: "table" }>;

export function tableView(custom: Table): HTMLElement {
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
    columns.length > 0 ? grid(custom, caption, rest) : null, // a count and a file have none
    all === 0 ? h("p", { class: "quiet" }, icon("info"), hidden("Note: "), "Nothing found.") : null,
    url ? linkTo(url, custom.link) : null,
  );
}

function grid({ columns, rows }: Table, caption: string, rest: string | null): HTMLElement {
  return h(
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
        ...rows.map((row) => h("tr", {}, ...columns.map((column) => h("td", { class: column.name === "problem" && row[column.name] ? "to-mend" : null }, plainValue(row[column.name]))))),
      ),
    ),
  );
}

/** A file is saved, anything else is a page. */
function linkTo(url: string, text?: string): HTMLElement | null {
  const site = new URL(account.http.address("/"), location.href);
  const { origin, pathname, search } = new URL(url, site);
  const isFile = origin === site.origin && pathname.startsWith(EXPORTS);
  return isFile ? downloadLink(pathname + search, text ?? "Download") : localLink(url, "Open on the dashboard");
}
