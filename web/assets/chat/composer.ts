// Where one types: Enter sends, Shift+Enter makes a line, arrow up recalls the last message. A
// pasted table goes another way than words and may be longer.

import { fill, freshId, h } from "../lib/dom";
import { icon } from "../lib/icons";
import { isTable } from "./pasted";

const LIMIT = 1000; // characters the server takes in a message
const TABLE_LIMIT = 200_000; // and in a table
const SHOW_COUNT_FROM = 800;
const TALLEST = 160; // px

export interface ComposerHandlers {
  say: (text: string) => void;
  /** Hands a table over; false when it was refused, and then it stays here to be mended. */
  paste: (text: string) => Promise<boolean>;
}

export class Composer {
  readonly element: HTMLFormElement;
  readonly #input: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #count: HTMLElement;
  readonly #handlers: ComposerHandlers;
  #last = "";

  constructor(handlers: ComposerHandlers) {
    this.#handlers = handlers;
    const id = freshId("message");
    const countId = freshId("count");
    this.#count = h("p", { class: "count", id: countId, "aria-live": "polite" });
    this.#input = h("textarea", {
      id,
      rows: 1,
      placeholder: "Write a message",
      "aria-describedby": countId,
      autocomplete: "off",
      enterkeyhint: "send",
      on: { input: () => this.#changed(), keydown: (event) => this.#key(event) },
    });
    this.#send = h("button", { class: "send", type: "submit", "aria-label": "Send" }, icon("send"));
    this.element = h(
      "form",
      {
        class: "composer",
        on: {
          submit: (event) => {
            event.preventDefault();
            this.#submit();
          },
        },
      },
      h("label", { class: "visually-hidden", for: id }, "Message"),
      h("div", { class: "composer-row" }, this.#input, this.#send),
      this.#count,
    );
    this.#changed();
  }

  focus(): void {
    this.#input.focus({ preventScroll: true });
  }

  clear(): void {
    this.#input.value = "";
    this.#changed();
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text === "" || this.#input.readOnly || length(text) > limitOf(text)) return;
    if (isTable(text)) {
      void this.#paste();
      return;
    }
    this.#last = text;
    this.clear();
    this.#handlers.say(text);
  }

  async #paste(): Promise<void> {
    this.#input.readOnly = true;
    // As it is: an empty first or last cell is only blanks.
    const taken = await this.#handlers.paste(this.#input.value);
    this.#input.readOnly = false;
    if (taken) this.clear();
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes a character, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && this.#input.value === "" && this.#last !== "") {
      event.preventDefault();
      this.#input.value = this.#last;
      this.#changed();
    }
  }

  #changed(): void {
    const text = this.#input.value.trim();
    const count = length(text);
    const over = count > limitOf(text);
    this.#send.toggleAttribute("disabled", count === 0 || over);
    this.#count.classList.toggle("over", over);
    fill(this.#count, countText(count, isTable(text)));
    if (!this.#input.isConnected) return; // nothing to measure yet: one row
    this.#input.style.height = "auto";
    this.#input.style.height = `${Math.min(this.#input.scrollHeight, TALLEST)}px`;
  }
}

/** Whether the server takes it as a message. */
export function isMessage(text: string): boolean {
  return length(text.trim()) <= LIMIT;
}

function limitOf(text: string): number {
  return isTable(text) ? TABLE_LIMIT : LIMIT;
}

function countText(count: number, table: boolean): string {
  const limit = table ? TABLE_LIMIT : LIMIT;
  if (count > limit) return `${count - limit} characters too many: shorten it to send it.`;
  if (table) return "A table: you see its rows before anything is saved.";
  return count >= SHOW_COUNT_FROM ? `${LIMIT - count} characters left` : "";
}

/** In characters as the server counts them, not in UTF-16 units. */
function length(text: string): number {
  return Array.from(text).length;
}
