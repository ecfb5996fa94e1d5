// Who was there when, as a picture: a lane for each, a bar for each span. A table with the same
// spans stands below it for those who can't see it or would rather read.

import { fill, gathered, h } from "./dom";
import { nameElement, readableName, shortened } from "./names";
import { svg } from "./svg";
import { clockOf, dateText, dayIn, minutesText, offsetAt } from "./time";

export interface Span {
  /** ms */
  from: number;
  /** Null: it goes on. */
  to: number | null;
  /** Decides the colour: a class `span-<kind>` of the style sheet. */
  kind: string;
  /** Such as "on Phone". */
  note?: string;
}

export interface Lane {
  name: string;
  spans: Span[];
}

export interface SpanData {
  title: string;
  /** What the colours mean: a kind and its words. */
  kinds: [kind: string, text: string][];
  lanes: Lane[];
  /** Moments worth a line: the planned beginning and end. */
  marks: { at: number; text: string }[];
  /** Whether time goes on: the picture ends now. */
  live: boolean;
}

const MINUTE = 60_000; // ms
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440]; // minutes between two ticks
const TICK = 64; // px a tick's text needs
const LANE = 30; // px
const STACKED_LANE = 44;
const BAR = 14;
const HEAD = 26; // for the texts of marks, where there are some
const FOOT = 24; // for the axis
const WIDE = 520; // px: from here on names stand beside their lanes
const NAMES = 170;
const LETTER = 7.4; // px, about
const FIRST_LANES = 40; // of more than that, a picture is no help until it is asked for

/** A figure that fits its width and can be given new data. */
export class SpanChart {
  readonly element: HTMLElement;
  readonly #picture = h("div", { class: "span-picture" });
  readonly #legend = h("ul", { class: "legend", "aria-hidden": "true" });
  readonly #more = h("button", { type: "button", class: "secondary small", hidden: true });
  readonly #table = h("div", { class: "chart-table", tabindex: 0, role: "region" });
  #data: SpanData;
  #all = false;

  constructor(data: SpanData) {
    this.#data = data;
    this.element = h("figure", { class: "chart spans" }, this.#legend, this.#picture, this.#more, h("details", {}, h("summary", {}, "Show the times"), this.#table));
    this.#more.addEventListener("click", () => {
      this.#all = true;
      this.#draw();
    });
    new ResizeObserver(gathered(() => this.#draw(), 60)).observe(this.#picture);
    this.update(data);
  }

  update(data: SpanData): void {
    this.#data = data;
    const kinds = data.kinds.filter(([kind]) => data.lanes.some(({ spans }) => spans.some((span) => span.kind === kind)));
    fill(this.#legend, ...(kinds.length > 1 ? kinds.map(([kind, text]) => h("li", { class: `key span-key-${kind}` }, text)) : []));
    this.#table.setAttribute("aria-label", `${data.title}, times`);
    fill(this.#table, timesTable(data));
    this.#draw();
  }

  #draw(): void {
    const width = this.#picture.clientWidth;
    if (width === 0) return;
    const { lanes } = this.#data;
    const shown = this.#all ? lanes : lanes.slice(0, FIRST_LANES);
    this.#more.hidden = shown.length === lanes.length;
    this.#more.textContent = `Show all ${lanes.length}`;
    fill(this.#picture, draw({ ...this.#data, lanes: shown }, width));
  }
}

function draw(data: SpanData, width: number): SVGSVGElement {
  const { lanes, marks, live, title } = data;
  const now = Date.now();
  const [from, to] = reach(data, now);
  const beside = width >= WIDE;
  const left = beside ? NAMES : 0;
  const lane = beside ? LANE : STACKED_LANE;
  const head = marks.length > 0 ? HEAD : 4;
  const bottom = head + lanes.length * lane;
  const x = (at: number): number => Math.round((left + ((at - from) / (to - from)) * (width - left - 8)) * 10) / 10;

  const picture = svg("svg", { class: "span-chart", width, height: bottom + FOOT, viewBox: `0 0 ${width} ${bottom + FOOT}`, role: "img", "aria-label": summary(title, lanes) });
  for (const at of ticks(from, to, width - left)) {
    picture.append(
      svg("line", { class: "span-grid", x1: x(at), x2: x(at), y1: head, y2: bottom }),
      svg("text", { class: "span-tick", x: x(at), y: bottom + 16, "text-anchor": anchor(x(at), left, width) }, clockOf(at)),
    );
  }
  lanes.forEach(({ name, spans }, index) => {
    const top = head + index * lane;
    const middle = beside ? top + lane / 2 : top + lane - BAR / 2 - 4;
    const letters = Math.floor((beside ? NAMES - 12 : width) / LETTER);
    const written = svg("text", { class: "span-name", x: 0, y: beside ? middle + 4 : top + 17 }, shortened(readableName(name), letters));
    written.append(svg("title", {}, readableName(name)));
    picture.append(svg("line", { class: "span-lane", x1: left, x2: width - 8, y1: middle, y2: middle }), written);
    for (const span of spans) {
      const end = x(Math.min(span.to ?? now, to));
      const bar = svg("rect", { class: `span span-${span.kind}`, x: x(span.from), y: middle - BAR / 2, width: Math.max(3, end - x(span.from)), height: BAR, rx: 4 });
      bar.append(svg("title", {}, `${readableName(name)}: ${spanText(span)}`));
      picture.append(bar);
    }
  });
  // Texts of two marks must not lie on each other: the second is left out of the picture.
  let free = 0;
  for (const { at, text } of [...marks].sort((a, b) => a.at - b.at)) {
    if (at < from || at > to) continue;
    picture.append(svg("line", { class: "span-mark", x1: x(at), x2: x(at), y1: head - 6, y2: bottom }));
    const side = anchor(x(at), left, width);
    const begins = side === "end" ? x(at) - text.length * LETTER : side === "middle" ? x(at) - (text.length * LETTER) / 2 : x(at);
    if (begins < free - 1) continue;
    free = begins + text.length * LETTER + 8;
    picture.append(svg("text", { class: "span-mark-text", x: x(at), y: 14, "text-anchor": side }, text));
  }
  if (live) picture.append(svg("line", { class: "span-now", x1: x(now), x2: x(now), y1: head, y2: bottom }));
  return picture;
}

/** From when until when the picture reaches: everything in it, with a little air. */
function reach({ lanes, marks, live }: SpanData, now: number): [from: number, to: number] {
  const ends = lanes.flatMap(({ spans }) => spans.flatMap(({ from, to }) => [from, to ?? now]));
  const all = [...ends, ...marks.map(({ at }) => at), ...(live ? [now] : [])];
  const from = Math.min(...all);
  const to = Math.max(...all, from + 5 * MINUTE);
  const air = (to - from) * 0.02;
  return [from - air, to + air];
}

/** Round times on the clocks of the zone that is shown. */
function ticks(from: number, to: number, width: number): number[] {
  const most = Math.max(2, Math.floor(width / TICK));
  const step = (STEPS.find((each) => (to - from) / (each * MINUTE) <= most) ?? 1440 * Math.ceil((to - from) / (most * 1440 * MINUTE))) * MINUTE;
  const offset = offsetAt(from);
  const found: number[] = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) found.push(at);
  return found;
}

function anchor(x: number, left: number, width: number): string {
  if (x < left + TICK / 2) return "start";
  return x > width - TICK / 2 - 8 ? "end" : "middle";
}

function spanText({ from, to, note }: Span): string {
  const day = to !== null && dayIn(from) !== dayIn(to) ? `${dateText(to)}, ` : "";
  const until = to === null ? "still there" : `until ${day}${clockOf(to)}`;
  return [`${clockOf(from)}, ${until}`, note].filter(Boolean).join(", ");
}

function summary(title: string, lanes: Lane[]): string {
  const still = lanes.filter(({ spans }) => spans.some(({ to }) => to === null)).length;
  const who = lanes.length === 1 ? "1 person" : `${lanes.length} people`;
  return `${title}: ${who}${still > 0 ? `, ${still} still there` : ""}. The times are in the table below.`;
}

function timesTable({ title, lanes }: SpanData): HTMLElement {
  const rows = lanes.flatMap(({ name, spans }) =>
    spans.map(({ from, to, note }) => [nameElement(name), clockOf(from), to === null ? "still there" : clockOf(to), minutesText(((to ?? Date.now()) - from) / MINUTE), note ?? "–"]),
  );
  const heads = ["Name", "From", "Until", "For", "How"];
  return h(
    "table",
    {},
    h("caption", { class: "visually-hidden" }, title),
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...rows.map(([name, ...rest]) => h("tr", {}, h("th", { scope: "row" }, name), ...rest.map((cell) => h("td", {}, cell))))),
  );
}
