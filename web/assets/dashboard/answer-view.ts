// An answer of the record: how many, then a chart of the groups or a table of the rows.

import { BarChart, type ChartData } from "../lib/chart";
import { type Child, h } from "../lib/dom";
import { label, plainValue } from "../lib/labels";
import { minutesText, timeElement } from "../lib/time";
import type { Column, HistoryAnswer } from "../lib/types";
import { comparable, type Question } from "./question";

const MOMENTS = new Set(["when", "due", "planned", "completed"]);

/** Draws answers; keeps the chart while only its figures change. */
export class AnswerView {
  #chart: BarChart | null = null;
  #shape = "";

  /** Null when there is nothing on the record. `what` is what was counted. */
  render(question: Question, answer: HistoryAnswer, what: string): HTMLElement | null {
    if (answer.total === 0 && !answer.before && answer.groups.length === 0) return null;
    return h(
      "div",
      { class: "answer-body" },
      h("p", { class: "answer-total" }, ...totals(question, answer, what)),
      answer.groups.length > 0 ? this.#grouped(question, answer) : rows(question, answer),
    );
  }

  #grouped(question: Question, answer: HistoryAnswer): HTMLElement {
    const data = chartOf(question, answer);
    const shape = [data.title, ...data.series.map((one) => one.label)].join();
    if (this.#chart !== null && this.#shape === shape) this.#chart.update(data);
    else this.#chart = new BarChart(data);
    this.#shape = shape;
    return this.#chart.element;
  }
}

/** The total in one sentence, for a screen reader. */
export function spoken(question: Question, answer: HistoryAnswer, what: string): string {
  return totals(question, answer, what)
    .map((part) => (part instanceof Node ? part.textContent : part || ""))
    .join("");
}

function totals(question: Question, { total, before, minutes }: HistoryAnswer, what: string): Child[] {
  const figure = (text: string): HTMLElement => h("strong", { class: "figure" }, text);
  if (question.measure === "duration" && minutes !== null) {
    return [figure(minutesText(minutes)), ` in ${total.toLocaleString()} ${what}`];
  }
  if (question.measure === "missing") return [figure(total.toLocaleString()), ` without any ${what}`];
  const against =
    question.measure !== "compare"
      ? ""
      : comparable(question)
        ? `, against ${(before ?? 0).toLocaleString()} ${question.against || "in the period before"}`
        : ". To compare, choose both dates.";
  return [figure(total.toLocaleString()), ` ${what}${against}`];
}

function chartOf(question: Question, { groups }: HistoryAnswer): ChartData {
  const unit = label(question.group_by || "group");
  const now = { label: "Now", values: groups.map((one) => one.count), color: "--chart-1" };
  const before = { label: "Before", values: groups.map((one) => one.before ?? 0), color: "--chart-3" };
  const compared = comparable(question);
  return {
    title: `${label(question.subject)} by ${unit.toLowerCase()}`,
    unit,
    labels: groups.map((one) => label(one.label)),
    series: compared ? [before, now] : [{ ...now, label: "Count" }],
    paired: compared,
  };
}

function rows(question: Question, answer: HistoryAnswer): HTMLElement | null {
  if (answer.rows.length === 0) return null;
  const columns = ordered(answer.columns, toOne(question) && question.measure !== "missing");
  const rest = answer.total - answer.rows.length;
  return h(
    "div",
    {},
    h(
      "table",
      { class: "records" },
      h("caption", { class: "visually-hidden" }, `${label(question.subject)}, newest first`),
      h("thead", {}, h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, column.label)))),
      h(
        "tbody",
        {},
        ...answer.rows.map((row) =>
          h("tr", {}, ...columns.map(({ name, label: head }, at) => h("td", { "data-head": head }, cell(name, row[name], at === 0)))),
        ),
      ),
    ),
    rest > 0 ? h("p", { class: "quiet" }, `The newest ${answer.rows.length} are shown; the files have more.`) : null,
  );
}

/** On a phone a row is a card: what names it goes first, the time last. Whose is known when one asked about one. */
function ordered(columns: Column[], one: boolean): Column[] {
  const rank = ({ name }: Column): number => (name === "title" || name === "kind" ? 0 : name === "when" ? 2 : 1);
  return columns.filter(({ name }) => !(one && name === "who")).sort((a, b) => rank(a) - rank(b));
}

function toOne({ employee_id }: Question): boolean {
  return employee_id !== "" && employee_id.toLowerCase() !== "all" && !/[,-]/.test(employee_id);
}

function cell(name: string, value: unknown, first: boolean): Child {
  if (typeof value === "string" && MOMENTS.has(name) && value) return timeElement(value);
  if (typeof value === "number" && name === "minutes") return h("span", {}, minutesText(value));
  const text = name === "kind" ? label(String(value).replace(".", " ")) : plainValue(value);
  if (first) return h("strong", {}, text);
  return h("span", {}, name === "status" || name === "priority" ? label(text) : text);
}
