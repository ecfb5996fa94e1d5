// The fields of a weekly batch: on which days, at what time, in which term, but for which holidays.

import { account } from "../lib/account";
import { fill, h, hidden } from "../lib/dom";
import { type Field, selectField, textField, valueOf } from "../lib/form";
import { icon } from "../lib/icons";
import { people } from "../lib/people";
import { dayIn } from "../lib/time";
import type { Batch } from "./types";
import { DAY, dayText, weekdayName } from "./words";

const WEEKS = 12; // of a term, to begin with
const MOST_HOLIDAYS = 400;

export interface BatchFields {
  fields: Field[];
  /** What is filled in, as the API takes it. */
  body: () => Record<string, unknown>;
}

/** The fields, with the values of a batch or those to begin with; `from` is the first day. */
export function batchFields(batch: Batch | null, from: string): BatchFields {
  const title = textField({ name: "title", label: "Title", value: batch?.title, attributes: { maxlength: 200, placeholder: "Welding, group A", spellcheck: "true" } });
  const days = weekdaysField(batch?.weekdays ?? []);
  const starts = textField({ name: "start_time", label: "Begins", value: batch?.start_time ?? "09:00", attributes: { type: "time" } });
  const ends = textField({ name: "end_time", label: "Ends", value: batch?.end_time ?? "10:00", hint: "Earlier than its beginning: the day after", attributes: { type: "time" } });
  const first = textField({ name: "first_day", label: "First day of the term", value: from, attributes: { type: "date" } });
  const later = batch?.last_day ?? new Date(Date.parse(from) + WEEKS * 7 * DAY).toISOString().slice(0, 10);
  const last = textField({ name: "last_day", label: "Last day of the term", value: later, attributes: { type: "date" } });
  const zone = zoneField(batch?.timezone);
  const holidays = holidaysField(batch?.holidays ?? []);
  const host = hostField(batch?.employee_id);
  title.row.classList.toggle("whole", host.row.hidden);
  const approval = h("input", { type: "checkbox", checked: batch?.needs_approval ?? false });
  const approved: Field = { name: "needs_approval", required: false, input: approval, row: h("div", { class: "field whole" }, h("div", { class: "checks" }, h("label", {}, approval, h("span", {}, "A manager approves each session", h("small", {}, "It waits for that once it is completed."))))) };
  const texts = [title, starts, ends, first, last, zone, host];
  return {
    fields: [title, host, days.field, starts, ends, first, last, zone, holidays.field, approved],
    body: () => ({
      ...Object.fromEntries(texts.map((each) => [each.name, valueOf(each)])),
      weekdays: days.chosen(),
      holidays: holidays.chosen(),
      needs_approval: approval.checked,
    }),
  };
}

function weekdaysField(chosen: number[]): { field: Field; chosen: () => number[] } {
  const boxes = Array.from({ length: 7 }, (_, number) => h("input", { type: "checkbox", value: number, checked: chosen.includes(number) }));
  const row = h("fieldset", { class: "field whole checks weekdays" }, h("legend", {}, "Days"), ...boxes.map((box, number) => h("label", {}, box, h("span", {}, weekdayName(number)))));
  const field: Field = { name: "weekdays", row, input: boxes[0] ?? h("input"), required: false };
  return { field, chosen: () => boxes.filter(({ checked }) => checked).map(({ value }) => Number(value)) };
}

/** Days of the term that are off; each is added, shown and can be taken away. */
function holidaysField(given: string[]): { field: Field; chosen: () => string[] } {
  const days = new Set(given);
  const shown = h("ul", { class: "chips removable", "aria-label": "No session on" });
  const said = h("small", { role: "status" });
  const add = h("button", { type: "button", class: "secondary" }, icon("plus"), "Add", hidden(" this day off"));
  const field = textField({ name: "holidays", label: "Days off", required: false, hint: "Holidays: no session is planned for them.", attributes: { type: "date" }, beside: add });
  const { input, row } = field;
  const draw = (): void => {
    const chips = [...days].sort().map((day) => {
      const remove = h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${dayText(day)}`, on: { click: () => take(day) } }, icon("close"));
      return h("li", {}, dayText(day), remove);
    });
    fill(shown, ...chips);
    shown.hidden = chips.length === 0;
  };
  const take = (day: string): void => {
    days.delete(day);
    draw();
    fill(said, `${dayText(day)} is no day off any more.`);
    input.focus();
  };
  const put = (): void => {
    if (!input.value || days.size >= MOST_HOLIDAYS) return;
    days.add(input.value);
    fill(said, `${dayText(input.value)} is a day off.`);
    input.value = "";
    draw();
  };
  add.addEventListener("click", () => {
    put();
    input.focus();
  });
  row.append(shown, said);
  draw();
  return {
    field,
    chosen: () => {
      put(); // a day that was typed and not added is meant all the same
      return [...days].sort();
    },
  };
}

function zoneField(given: string | undefined): Field {
  const here = given ?? account.me?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([here, ...Intl.supportedValuesOf("timeZone")])].sort();
  return selectField({ name: "timezone", label: "Time zone", hint: "Its clocks count, in summer and winter.", value: here, choices: zones.map((one) => [one, one.replaceAll("_", " ")]) });
}

/** Whose sessions they are: for admins a choice, for everybody else themselves. */
function hostField(given: string | undefined): Field {
  const own = account.employee;
  const host = given ?? own?.employee_id ?? "";
  const field = selectField({ name: "employee_id", label: "Host", value: host, choices: [[host, host === own?.employee_id ? `${own.name} (you)` : host]] });
  field.row.hidden = own?.role !== "admin";
  if (!field.row.hidden) {
    void people().then((all) => {
      const open = all.filter(({ employee_id, status }) => (status ?? "active") === "active" || employee_id === host);
      const chosen = field.input.value;
      if (open.length > 0) fill(field.input, ...open.map(({ employee_id, name }) => h("option", { value: employee_id, selected: employee_id === chosen }, `${name} · ${employee_id}`)));
    });
  }
  return field;
}

/** Today, as a day of the calendar. */
export function today(): string {
  return dayIn(Date.now());
}
