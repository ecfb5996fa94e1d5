// The figures on top.

import { h } from "../lib/dom";
import { icon, type IconName } from "../lib/icons";
import { Section } from "../lib/section";
import type { Statistics } from "../lib/types";

interface Tile {
  label: string;
  icon: IconName;
  value: (totals: Record<string, number>) => number;
  detail: (totals: Record<string, number>) => string;
}

const TILES: Tile[] = [
  {
    label: "Sessions",
    icon: "session",
    value: (totals) => totals["sessions"] ?? 0,
    detail: (totals) => `${totals["active_sessions"] ?? 0} active now`,
  },
  {
    label: "Registrations",
    icon: "record",
    value: (totals) => totals["registrations"] ?? 0,
    detail: () => "saved in all",
  },
  {
    label: "Open tasks",
    icon: "task",
    value: (totals) => (totals["tasks_pending"] ?? 0) + (totals["tasks_in_progress"] ?? 0),
    detail: (totals) => `${totals["tasks_in_progress"] ?? 0} in progress, ${totals["tasks_overdue"] ?? 0} overdue`,
  },
  {
    label: "Completed tasks",
    icon: "check",
    value: (totals) => totals["tasks_completed"] ?? 0,
    detail: (totals) => rate(totals),
  },
  {
    label: "Activities",
    icon: "chart",
    value: (totals) => totals["activities"] ?? 0,
    detail: () => "on the record",
  },
];

export function tilesSection(host: HTMLElement, load: () => Promise<Statistics>): Section<Statistics> {
  return new Section<Statistics>(host, {
    load,
    render: ({ totals }) => h("dl", { class: "tiles" }, ...TILES.map((tile) => tileView(tile, totals))),
    empty: "",
  });
}

function tileView(tile: Tile, totals: Record<string, number>): HTMLElement {
  return h(
    "div",
    { class: "tile" },
    h("dt", {}, icon(tile.icon), tile.label),
    h("dd", { class: "figure" }, tile.value(totals).toLocaleString()),
    h("dd", { class: "quiet" }, tile.detail(totals)),
  );
}

function rate(totals: Record<string, number>): string {
  const done = totals["tasks_completed"] ?? 0;
  const all = done + (totals["tasks_pending"] ?? 0) + (totals["tasks_in_progress"] ?? 0);
  return all === 0 ? "no tasks yet" : `${Math.round((100 * done) / all)} % of all tasks`;
}
