// The panel "Answer": the question in the dashboard's address, its answer from the record, and
// filters that change both. Without a question there is only the way to ask one.

import { account } from "../lib/account";
import { type RegistrationType, registrationTypes } from "../lib/catalogue";
import { fill, h, need } from "../lib/dom";
import { exportLinks } from "../lib/export-links";
import { nameOf } from "../lib/people";
import { type Refreshable, Section } from "../lib/section";
import type { HistoryAnswer } from "../lib/types";
import { AnswerView, spoken } from "./answer-view";
import { seesOthers } from "./picker";
import { chipsOf, noun, type Question, questionIn, toAddress, toApi } from "./question";
import { QuestionForm } from "./question-form";
import { EVERYONE, type View } from "./view";

interface Answered {
  question: Question;
  answer: HistoryAnswer;
  what: string;
}

export class AnswerPanel implements Refreshable {
  readonly #panel: HTMLElement;
  readonly #ask: HTMLButtonElement;
  readonly #chips: HTMLElement;
  readonly #files: HTMLElement;
  readonly #status: HTMLElement;
  readonly #form: QuestionForm;
  readonly #view: View;
  readonly #answer = new AnswerView();
  readonly #section: Section<Answered>;
  #question: Question | null = null;
  #types: RegistrationType[] = [];

  constructor(root: HTMLElement, view: View) {
    this.#view = view;
    this.#panel = need(root, "[data-answer]");
    this.#ask = need<HTMLButtonElement>(root, "[data-ask]");
    this.#chips = need(this.#panel, '[data-part="chips"]');
    this.#files = need(this.#panel, '[data-part="files"]');
    this.#status = need(this.#panel, '[data-part="spoken"]');
    this.#form = new QuestionForm(need<HTMLFormElement>(this.#panel, "form"), (question) => this.#go(question));
    this.#section = new Section<Answered>(need(this.#panel, '[data-part="answer"]'), {
      load: () => this.#load(),
      render: (answered) => this.#render(answered),
      empty: "Nothing on the record answers this. Try other dates or fewer filters.",
    });
    this.#ask.addEventListener("click", () => {
      this.#go(questionIn(new URLSearchParams({ subject: "registrations", employee_id: view.employeeId ?? EVERYONE })));
      this.#form.focus();
    });
    need(this.#panel, "[data-close]").addEventListener("click", () => {
      this.#go(null);
      this.#ask.focus();
    });
    window.addEventListener("popstate", () => {
      this.#read();
      void this.refresh();
    });
    this.#read();
  }

  /** What is shown may be old: the same question again. */
  refresh(): Promise<void> {
    return this.#question === null ? Promise.resolve() : this.#section.refresh();
  }

  /** Asks something else, or nothing; the way back is the browser's. */
  #go(question: Question | null): void {
    const { employeeId, own } = this.#view;
    const whose = employeeId === own ? "" : new URLSearchParams({ employee_id: employeeId ?? EVERYONE }).toString();
    const search = question === null ? whose : toAddress(question).toString();
    history.pushState(null, "", location.pathname + (search && `?${search}`));
    this.#read();
    void this.refresh();
  }

  #read(): void {
    const question = questionIn(new URLSearchParams(location.search));
    this.#question = question;
    this.#panel.hidden = question === null;
    this.#ask.hidden = question !== null;
    this.#status.textContent = "";
    if (question === null) return;
    this.#section.forget();
    this.#form.show(question, this.#types);
    fill(this.#files, ...exportLinks("/api/v1/exports", toApi(question)));
    void this.#name(question);
  }

  /** What is asked in words; the names come a moment later than the question. */
  async #name(question: Question): Promise<void> {
    const [types, name] = await Promise.all([registrationTypes(), nameOf()]);
    if (question !== this.#question) return;
    this.#types = types;
    this.#form.show(question, types);
    const chips = chipsOf(question, noun(question, 2, typeOf(question, types)), whose(question, name));
    fill(this.#chips, ...chips.map((chip) => h("li", {}, chip)));
  }

  #render({ question, answer, what }: Answered): HTMLElement | null {
    const words = answer.total === 0 && !answer.before ? `No ${what} found` : spoken(question, answer, what);
    // Said again only when it changed: the page is live.
    if (this.#status.textContent !== words) this.#status.textContent = words;
    return this.#answer.render(question, answer, what);
  }

  async #load(): Promise<Answered> {
    const question = this.#question;
    if (question === null) throw new Error("nothing is asked");
    const [answer, types] = await Promise.all([
      account.http.get<HistoryAnswer>(`/api/v1/history?${toApi(question).toString()}`),
      registrationTypes(),
    ]);
    return { question, answer, what: noun(question, question.measure === "missing" ? 2 : answer.total, typeOf(question, types)) };
  }
}

function typeOf<T extends { name: string }>(question: Question, types: T[]): T | null {
  return types.find((type) => type.name === question.type) ?? null;
}

function whose({ employee_id }: Question, name: (id: string) => string): string {
  const id = employee_id.toUpperCase();
  if (id === "" || id === EVERYONE.toUpperCase()) return seesOthers() ? "Everyone I may see" : "Mine";
  if (id === account.employee?.employee_id) return "Mine";
  const names = id.replace(/^-/, "").split(",").map(name).join(" and ");
  return id.startsWith("-") ? `Everyone but ${names}` : names;
}
