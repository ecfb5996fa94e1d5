// Says whether the page is live. A short break is not worth a notice.

import { fill, h } from "./dom";
import { icon } from "./icons";

const PATIENCE = 1500; // ms

export class LiveLight {
  readonly #host: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  connected(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#host.dataset["state"] = "live";
    fill(this.#host, h("span", { class: "dot" }), "Live");
  }

  lost(): void {
    this.#timer ??= setTimeout(() => {
      this.#host.dataset["state"] = "lost";
      fill(this.#host, icon("retry"), "Reconnecting. What you see may be old.");
    }, PATIENCE);
  }
}
