// The message list: a live region for screen readers that stays at its end unless the reader
// scrolled up; then a pill says that there is something new.

import { fill, h, hidden } from "../lib/dom";
import { icon } from "../lib/icons";
import { dayName, sameDay, timeElement } from "../lib/time";
import type { Button, Reply } from "../lib/types";
import { card, textBeside, type Press } from "./cards";

const NEAR_END = 60; // px: closer than this counts as reading the end

export interface LogHandlers {
  press: Press;
  say: (text: string) => void;
  /** Makes the sign-in card for a claimed employee id. */
  signIn: (employeeId: string | null) => HTMLElement;
}

/** A message of one's own, whose delivery can fail and be tried again. */
export interface OwnMessage {
  failed: (reason: string, retry: (() => void) | null) => void;
  sent: () => void;
}

export class MessageLog {
  readonly element: HTMLElement;
  readonly #list = h("div", {
    class: "messages",
    role: "log",
    "aria-live": "polite",
    "aria-label": "Conversation",
    tabindex: "0",
  });
  readonly #pill: HTMLButtonElement;
  readonly #typing = h(
    "div",
    { class: "typing", "aria-hidden": "true", hidden: true },
    h("span", { class: "dots" }, h("i"), h("i"), h("i")),
  );
  readonly #status = h("div", { class: "visually-hidden", role: "status" });
  readonly #handlers: LogHandlers;
  #lastDay: Date | null = null;
  #atEnd = true;

  constructor(handlers: LogHandlers) {
    this.#handlers = handlers;
    this.#pill = h(
      "button",
      { class: "pill", type: "button", hidden: true, on: { click: () => this.toEnd() } },
      icon("down"),
      "New messages",
    );
    this.element = h("div", { class: "log" }, this.#list, this.#pill, this.#status);
    this.#list.append(this.#typing);
    this.#list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // What grows later (a chart, a form) must not push the end out of sight.
    new ResizeObserver(() => {
      if (this.#atEnd) this.toEnd();
    }).observe(this.#list);
  }

  get empty(): boolean {
    return this.#list.querySelector(".message") === null;
  }

  /** Shows an earlier conversation at once, without reading it out. */
  quietly(show: () => void): void {
    this.#list.setAttribute("aria-live", "off");
    show();
    this.toEnd();
    requestAnimationFrame(() => this.#list.setAttribute("aria-live", "polite"));
  }

  clear(): void {
    fill(this.#list, this.#typing);
    this.#lastDay = null;
  }

  own(text: string, at: string): OwnMessage {
    this.retireButtons();
    const state = h("div", { class: "delivery" });
    const message = h(
      "div",
      { class: "message own" },
      hidden("You said: "),
      h("div", { class: "bubble" }, text),
      h("div", { class: "meta" }, timeElement(at)),
      state,
    );
    this.#add(message, at);
    this.toEnd();
    return {
      sent: () => {
        message.classList.remove("failed");
        fill(state);
      },
      failed: (reason, retry) => {
        message.classList.add("failed");
        const button = h("button", { type: "button", class: "link" }, icon("retry"), "Try again");
        button.addEventListener("click", () => {
          fill(state);
          message.classList.remove("failed");
          retry?.();
        });
        fill(state, icon("alert"), h("span", { role: "alert" }, reason), retry ? button : null);
        this.#keepEnd();
      },
    };
  }

  /** The assistant's answer to one turn. Only the newest answer keeps its quick replies. */
  replies(replies: Reply[], at: string, newest = true): void {
    this.retireButtons();
    replies.forEach((reply, index) => this.#reply(reply, at, index === 0, newest));
  }

  /** A card outside of any reply. */
  show(element: HTMLElement): void {
    this.#add(h("div", { class: "message bot" }, element), null);
    this.#keepEnd();
  }

  /** What went wrong here, said like an answer; offers made earlier stay, the conversation did not go on. */
  problem(text: string): void {
    this.#reply({ text, custom: { type: "error", code: "refused" } }, new Date().toISOString(), true, true);
  }

  note(text: string, name: "info" | "check" | "alert" = "info"): void {
    this.#add(h("div", { class: `message note ${name}` }, icon(name), h("span", {}, text)), null);
    this.#keepEnd();
  }

  set typing(on: boolean) {
    this.#typing.hidden = !on;
    this.#status.textContent = on ? "Rollcall is typing" : "";
    this.#keepEnd();
  }

  /** Offers made earlier are void as soon as the conversation goes on. */
  retireButtons(): void {
    for (const group of this.#list.querySelectorAll(".quick, .sign-in-card")) group.remove();
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#pill.hidden = true;
    // At once: on the way of a smooth scroll the reader would seem to be further up.
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  #reply(reply: Reply, at: string, first: boolean, newest: boolean): void {
    const { custom } = reply;
    const { press, say, signIn } = this.#handlers;
    const buttons = newest ? (reply.buttons ?? []) : [];
    const signInCard = custom?.type === "sign_in" && newest ? signIn(custom.employee_id) : null;
    const shown = custom ? card(custom, press, say) : null;
    const text = shown ? textBeside(reply) : reply.text;
    if (shown && !newest) for (const group of shown.querySelectorAll(".quick")) group.remove();
    if (shown && buttons.length > 0) dropDoubles(shown, buttons);
    const message = h(
      "div",
      { class: `message bot ${custom?.type === "error" ? "problem" : ""}` },
      first ? h("span", { class: "bot-mark", "aria-hidden": "true" }, icon("bot")) : null,
      hidden("Rollcall said: "),
      text ? h("div", { class: "bubble" }, text) : null,
      shown,
      signInCard,
      buttons.length > 0 ? quickReplies(buttons, press) : null,
      h("div", { class: "meta" }, timeElement(at)),
    );
    this.#add(message, at);
    this.#keepEnd();
  }

  #add(message: HTMLElement, at: string | null): void {
    const day = at === null ? null : new Date(at);
    if (day && (this.#lastDay === null || !sameDay(day, this.#lastDay))) {
      this.#lastDay = day;
      if (!sameDay(day, new Date()) || !this.empty) {
        this.#typing.before(h("div", { class: "day" }, dayName(day)));
      }
    }
    this.#typing.before(message);
  }

  #scrolled(): void {
    const left = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight;
    this.#atEnd = left < NEAR_END;
    if (this.#atEnd) this.#pill.hidden = true;
  }

  #keepEnd(): void {
    if (this.#atEnd) this.toEnd();
    else this.#pill.hidden = false;
  }
}

function quickReplies(buttons: Button[], press: Press): HTMLElement {
  return h(
    "div",
    { class: "quick", role: "group", "aria-label": "Quick replies" },
    ...buttons.map((button) => h("button", { type: "button", on: { click: () => press(button) } }, button.title)),
  );
}

/** Choices that the server also sent as buttons are shown once, as the buttons. */
function dropDoubles(shown: HTMLElement, buttons: Button[]): void {
  const titles = new Set(buttons.map((button) => button.title));
  const choices = shown.querySelector(".choices");
  const same = Array.from(choices?.children ?? []).every((choice) => titles.has(choice.textContent ?? ""));
  if (same) choices?.remove();
}
