// A row of small figures.

import { h } from "./dom";

export function slimTiles(shown: [name: string, figure: string][]): HTMLElement {
  return h("dl", { class: "tiles slim" }, ...shown.map(([name, figure]) => h("div", { class: "tile" }, h("dt", {}, name), h("dd", { class: "figure" }, figure))));
}
