// What a list can be kept as: CSV, XLSX, and paper (or a PDF) through the browser's own printing.

import { h } from "./dom";
import { downloadLink } from "./download";
import { icon } from "./icons";

/** Links to the files of `path` with the filters of the page, and a button that prints. */
export function exportLinks(path: string, filters: URLSearchParams): HTMLElement[] {
  const files = ["csv", "xlsx"].map((format) => {
    const params = new URLSearchParams({ format, ...Object.fromEntries(filters) });
    return downloadLink(`${path}?${params.toString()}`, format.toUpperCase());
  });
  const print = h("button", { type: "button", class: "link", on: { click: () => window.print() } }, icon("print"), "Print");
  return [...files, print];
}
