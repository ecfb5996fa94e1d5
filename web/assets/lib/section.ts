// A part of a page that fetches what it shows: a skeleton at first, the old content while newer is
// fetched, an error with a way to try again, and words when there is nothing.

import { fill, h } from "./dom";
import { explain } from "./http";
import { icon } from "./icons";

/** What a page needs to know of its parts to keep them current. */
export interface Refreshable {
  refresh: () => Promise<void>;
}

export interface SectionOptions<T> {
  load: () => Promise<T>;
  /** Null when there is nothing to show. */
  render: (data: T) => Node | null;
  empty: string | (() => string);
}

export class Section<T> {
  readonly #host: HTMLElement;
  readonly #options: SectionOptions<T>;
  #latest = 0;
  #shown = false;

  constructor(host: HTMLElement, options: SectionOptions<T>) {
    this.#host = host;
    this.#options = options;
  }

  /** Fetches and shows; a slower answer to an earlier call is dropped. */
  async refresh(): Promise<void> {
    this.#latest += 1;
    const turn = this.#latest;
    this.#host.setAttribute("aria-busy", "true");
    if (!this.#shown) fill(this.#host, skeleton());
    try {
      const data = await this.#options.load();
      if (turn === this.#latest) this.#show(this.#options.render(data));
    } catch (error) {
      if (turn === this.#latest) this.#fail(error);
    } finally {
      if (turn === this.#latest) this.#host.removeAttribute("aria-busy");
    }
  }

  /** What is shown answers another question: what comes next begins with a skeleton. */
  forget(): void {
    this.#latest += 1;
    this.#shown = false;
  }

  /** Shows data that came some other way. */
  show(data: T): void {
    this.#latest += 1;
    this.#show(this.#options.render(data));
  }

  #show(content: Node | null): void {
    this.#shown = content !== null;
    const focused = this.#host.querySelector<HTMLElement>("[data-key]:focus")?.dataset["key"];
    const { empty } = this.#options;
    fill(this.#host, content ?? h("p", { class: "empty" }, typeof empty === "string" ? empty : empty()));
    // Live changes must not take the cursor away from somebody on the keyboard.
    if (focused) this.#host.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #fail(error: unknown): void {
    this.#shown = false;
    const retry = h("button", { type: "button", class: "secondary small", on: { click: () => void this.refresh() } }, icon("retry"), "Try again");
    fill(this.#host, h("div", { class: "failure", role: "alert" }, h("p", {}, icon("alert"), explain(error)), retry));
  }
}

function skeleton(): HTMLElement {
  return h("div", { class: "skeleton" }, h("span", { class: "visually-hidden" }, "Loading"), h("i"), h("i"), h("i"));
}
