// Where one types: Enter sends, Shift+Enter makes a line, arrow up recalls the last message.

import { fill, freshId, h } from "../lib/dom";
import { icon } from "../lib/icons";

const LIMIT = 1000; // characters the server takes
const SHOW_COUNT_FROM = 800;
const TALLEST = 160; // px

export class Composer {
  readonly element: HTMLFormElement;
  readonly #input: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #count: HTMLElement;
  readonly #onSend: (text: string) => void;
  #last = "";

  constructor(onSend: (text: string) => void) {
    this.#onSend = onSend;
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

  #submit(): void {
    const text = this.#input.value.trim();
    if (text === "" || length(text) > LIMIT) return;
    this.#last = text;
    this.#input.value = "";
    this.#changed();
    this.#onSend(text);
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
    const count = length(this.#input.value.trim());
    const over = count > LIMIT;
    this.#send.toggleAttribute("disabled", count === 0 || over);
    this.#count.classList.toggle("over", over);
    fill(this.#count, countText(count));
    if (!this.#input.isConnected) return; // nothing to measure yet: one row
    this.#input.style.height = "auto";
    this.#input.style.height = `${Math.min(this.#input.scrollHeight, TALLEST)}px`;
  }
}

function countText(count: number): string {
  if (count > LIMIT) return `${count - LIMIT} characters too many: shorten it to send it.`;
  return count >= SHOW_COUNT_FROM ? `${LIMIT - count} characters left` : "";
}

/** In characters as the server counts them, not in UTF-16 units. */
function length(text: string): number {
  return Array.from(text).length;
}
