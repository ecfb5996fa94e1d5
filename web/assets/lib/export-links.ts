// What a list can be kept as: CSV, XLSX, for some a PDF, and paper through the browser's own printing.

import { h } from "./dom";
import { downloadLink } from "./download";
import { icon } from "./icons";

/** Links to the files of `path`, with the filters of the page. */
export function exportLinks(path: string, filters: URLSearchParams, formats = ["csv", "xlsx"]): HTMLElement[] {
  return formats.map((format) => {
    const params = new URLSearchParams({ format, ...Object.fromEntries(filters) });
    return downloadLink(`${path}?${params.toString()}`, format.toUpperCase());
  });
}

/** Prints the page; what of it is for paper is in styles/print.css. */
export function printButton(): HTMLElement {
  return h("button", { type: "button", class: "link", on: { click: () => window.print() } }, icon("print"), "Print");
}
