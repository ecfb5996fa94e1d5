// Bar charts: uPlot draws, a table with the same figures stands beside it for those who can't see
// or would rather read. uPlot is loaded when the first chart is shown.

import { fill, gathered, h } from "./dom";
import { followTheme } from "./theme";

export interface Series {
  label: string;
  /** Null where nothing was measured. */
  values: (number | null)[];
  /** A custom property of the theme, such as "--chart-1". */
  color: string;
}

export interface ChartData {
  title: string;
  /** What one bar stands for: "Type", "Day", "Priority". */
  unit: string;
  labels: string[];
  /** Shorter ones for below the bars, where the table's say more. */
  ticks?: string[];
  series: Series[];
  /** Two series as pairs of bars instead of one on the other: parts are stacked, rivals are not. */
  paired?: boolean;
  /** What was measured (times, shares) instead of counted: adding it up would say nothing. */
  measured?: boolean;
  /** A value in words: "120 ms". */
  text?: (value: number) => string;
}

const HEIGHT = 190; // px
const AXES = 60; // px beside the bars

/** A figure that fits its width, follows the theme and can be given new data. */
export class BarChart {
  readonly element: HTMLElement;
  readonly #canvas = h("div", { class: "chart-canvas", role: "img" });
  readonly #caption = h("figcaption", {});
  readonly #table: HTMLElement;
  #data: ChartData;
  #drawn: { destroy: () => void } | null = null;

  constructor(data: ChartData) {
    this.#data = data;
    this.#table = h("div", { class: "chart-table", tabindex: 0, role: "region" });
    this.element = h(
      "figure",
      { class: "chart" },
      this.#caption,
      legend(data),
      this.#canvas,
      h("details", {}, h("summary", {}, "Show the figures"), this.#table),
    );
    const redraw = gathered(() => void this.#draw(), 60);
    new ResizeObserver(redraw).observe(this.#canvas);
    followTheme(redraw);
    this.update(data);
  }

  update(data: ChartData): void {
    this.#data = data;
    fill(this.#caption, data.title);
    this.#table.setAttribute("aria-label", `${data.title}, figures`);
    this.#canvas.setAttribute("aria-label", summary(data));
    fill(this.#table, figures(data));
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const width = this.#canvas.clientWidth;
    if (width === 0) return;
    const { default: UPlot } = await import("uplot");
    this.#drawn?.destroy();
    this.#canvas.replaceChildren();
    const color = colors(this.#canvas);
    const { labels, ticks = labels, series, paired, text = String } = this.#data;
    const drawn = paired ? series : stack(series);
    const bars = UPlot.paths.bars;
    const alone = bars?.({ size: [0.7, 56], radius: 0.15 });
    const pair = [bars?.({ size: [0.35, 28], align: -1, radius: 0.15 }), bars?.({ size: [0.35, 28], align: 1, radius: 0.15 })];
    const axis = { stroke: color("--muted"), font: "12px system-ui, sans-serif", ticks: { show: false } };
    this.#drawn = new UPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: [-0.6, labels.length - 0.4] }, y: { range: yRange } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            splits: () => shownLabels(labels.length, width),
            values: (_plot: unknown, splits: number[]) => splits.map((at) => shorten(ticks[at] ?? "", labels.length, width)),
          },
          {
            ...axis,
            size: text === String ? 34 : 62,
            values: (_plot: unknown, splits: number[]) => splits.map(text),
            grid: { stroke: color("--line"), width: 1 },
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000],
          },
        ],
        series: [
          {},
          ...drawn.map(({ label, color: name }, at) => {
            const paths = paired ? pair[at] : alone;
            const ink = color(name);
            return { label, fill: ink, stroke: ink, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
          }),
        ],
      },
      [labels.map((_, at) => at), ...drawn.map(({ values }) => values)] as import("uplot").AlignedData,
      this.#canvas,
    );
    for (const canvas of this.#canvas.querySelectorAll("canvas")) canvas.setAttribute("aria-hidden", "true");
  }
}

/** Reads a colour of the theme as the canvas needs it: resolved, not as `light-dark(…)`. */
function colors(host: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = h("span");
    probe.style.color = `var(${name})`;
    host.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
}

/** Bars are drawn from the axis up, tallest first, so each sum goes behind its parts. */
function stack(series: Series[]): Series[] {
  const sums = series.map((each, at) => ({
    ...each,
    values: each.values.map((_, x) => series.slice(0, at + 1).reduce((sum, s) => sum + (s.values[x] ?? 0), 0)),
  }));
  return sums.reverse();
}

function yRange(_plot: unknown, _low: number, high: number): [number, number] {
  return [0, Math.max(4, Math.ceil(high * 1.1))];
}

/** As many labels as fit, the last one always among them. */
function shownLabels(count: number, width: number): number[] {
  const every = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(width / 62))));
  return Array.from({ length: count }, (_, at) => at).filter((at) => (count - 1 - at) % every === 0);
}

function shorten(label: string, count: number, width: number): string {
  const room = Math.max(62, (width - AXES) / count); // px for one label
  const fits = Math.max(4, Math.floor(room / 7.5));
  return label.length <= fits ? label : `${label.slice(0, fits - 1)}…`;
}

function summary({ title, labels, series, measured, text = String }: ChartData): string {
  const totals = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (!measured) return `${label} ${text(known.reduce((sum, value) => sum + value, 0))}`;
    return known.length > 0 ? `${label} ${text(Math.min(...known))} to ${text(Math.max(...known))}` : `${label} not measured`;
  });
  return `${title}: ${totals.join(", ")} over ${labels.length} bars; the figures are in the table below.`;
}

function legend({ series }: ChartData): HTMLElement | null {
  if (series.length < 2) return null;
  return h(
    "ul",
    { class: "legend" },
    ...series.map(({ label, color }) => h("li", { class: `key ${color.slice(2)}` }, label)),
  );
}

function figure(value: number | null | undefined, text: (value: number) => string): string {
  return value === null || value === undefined ? "–" : text(value);
}

function figures({ unit, labels, series, text = String }: ChartData): HTMLElement {
  const head = h("tr", {}, h("th", { scope: "col" }, unit), ...series.map(({ label }) => h("th", { scope: "col" }, label)));
  const rows = labels.map((label, at) =>
    h("tr", {}, h("th", { scope: "row" }, label), ...series.map(({ values }) => h("td", {}, figure(values[at], text)))),
  );
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
}
