// The filters of a question. Every change makes a new question; what doesn't apply is hidden.

import { type RegistrationType } from "../lib/catalogue";
import { fill, freshId, h } from "../lib/dom";
import { label } from "../lib/labels";
import { dayIn, startOfDay } from "../lib/time";
import { about, MEASURES, PRIORITIES, type Question, SUBJECTS } from "./question";

const DAY = 86_400_000; // ms
const FIRST_DAY = "2000-01-01"; // while a year is typed, it goes through 2, 20 and 202

type Choices = [value: string, text: string][];
type Choosing = "subject" | "type" | "status" | "priority" | "group_by" | "measure";

export class QuestionForm {
  readonly #selects: Record<Choosing, HTMLSelectElement>;
  readonly #from: HTMLInputElement;
  readonly #to: HTMLInputElement;
  readonly #change: (question: Question) => void;
  #question: Question | null = null;

  constructor(host: HTMLFormElement, change: (question: Question) => void) {
    this.#change = change;
    const select = (name: Choosing): HTMLSelectElement =>
      h("select", { id: freshId("question"), on: { change: () => this.#chose(name) } });
    this.#selects = {
      subject: select("subject"),
      type: select("type"),
      status: select("status"),
      priority: select("priority"),
      group_by: select("group_by"),
      measure: select("measure"),
    };
    const date = (): HTMLInputElement =>
      h("input", { id: freshId("question"), type: "date", min: FIRST_DAY, on: { change: () => this.#dated() } });
    this.#from = date();
    this.#to = date();
    const { subject, type, status, priority, group_by, measure } = this.#selects;
    fill(
      host,
      field("What", subject),
      field("Type", type),
      field("Status", status),
      field("Priority", priority),
      field("From", this.#from),
      field("To", this.#to),
      field("Group by", group_by),
      field("Answer as", measure),
    );
    host.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Shows the question as it stands in the address. */
  show(question: Question, types: RegistrationType[]): void {
    this.#question = question;
    const subject = SUBJECTS[question.subject];
    const named = (values: string[]): Choices => values.map((value) => [value, label(value)]);
    this.#offer("subject", named(Object.keys(SUBJECTS)));
    this.#offer("type", question.subject === "registrations" ? types.map((one) => [one.name, label(one.label)]) : [], "Any type");
    this.#offer("status", named(subject?.statuses ?? []), "Any status");
    this.#offer("priority", question.subject === "tasks" ? named(PRIORITIES) : [], "Any priority");
    this.#offer("group_by", named(subject?.groups ?? []), "Nothing");
    this.#offer("measure", (subject?.measures ?? ["list"]).map((one) => [one, MEASURES[one] ?? one]));
    put(this.#from, question.since ? dayIn(Date.parse(question.since)) : "");
    // `until` is the first moment that doesn't belong any more.
    put(this.#to, question.until ? dayIn(Date.parse(question.until) - 1) : "");
  }

  focus(): void {
    this.#selects.subject.focus();
  }

  #offer(name: Choosing, choices: Choices, open?: string): void {
    const select = this.#selects[name];
    const value = this.#question?.[name] ?? "";
    const all: Choices = open === undefined ? [...choices] : [["", open], ...choices];
    if (!all.some(([each]) => each === value)) all.push([value, label(value)]);
    fill(select, ...all.map(([each, text]) => h("option", { value: each }, text)));
    select.value = value;
    const row = select.parentElement;
    if (row) row.hidden = choices.length === 0 && value === "";
  }

  #chose(name: Choosing): void {
    if (this.#question === null) return;
    const { value } = this.#selects[name];
    this.#change(name === "subject" ? about(this.#question, value) : { ...this.#question, [name]: value });
  }

  #dated(): void {
    if (this.#question === null || !this.#from.checkValidity() || !this.#to.checkValidity()) return;
    const since = this.#from.value && startOfDay(this.#from.value);
    const until = this.#to.value && startOfDay(dayAfter(this.#to.value));
    // Dates by hand are no longer the period that was said.
    this.#change({ ...this.#question, since, until, period: "", against: "", against_since: "", against_until: "" });
  }
}

function field(name: string, control: HTMLSelectElement | HTMLInputElement): HTMLElement {
  return h("div", {}, h("label", { for: control.id }, name), control);
}

/** Setting a date anew would throw somebody out who is typing it. */
function put(input: HTMLInputElement, value: string): void {
  if (input.value !== value) input.value = value;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
}
