// <rollcall-launcher>: a button in the corner of any page that opens the chat above it. The chat
// is made at the first opening, so a page where nobody asks for it makes no call.

import { fill, freshId, h } from "../lib/dom";
import { icon } from "../lib/icons";
import css from "../styles/launcher.css?text";

const NAME = "Chat with Rollcall";

export class Launcher extends HTMLElement {
  readonly #panel = h("div", { class: "panel", id: freshId("panel"), role: "dialog", "aria-label": NAME, hidden: true });
  readonly #button = h("button", {
    type: "button",
    class: "launch",
    "aria-expanded": "false",
    "aria-controls": this.#panel.id,
    on: { click: () => this.#show(this.#panel.hidden) },
  });

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#panel, this.#button);
    this.#panel.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#show(false);
    });
    this.#label(false);
  }

  #show(open: boolean): void {
    if (this.#panel.childElementCount === 0) this.#panel.append(document.createElement("rollcall-chat"));
    this.#panel.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    this.#label(open);
    if (!open) this.#button.focus();
    else this.#panel.querySelector<HTMLElement & { ask: () => void }>("rollcall-chat")?.ask();
  }

  #label(open: boolean): void {
    const text = open ? "Close the chat" : NAME;
    this.#button.setAttribute("aria-label", text);
    this.#button.title = text;
    fill(this.#button, icon(open ? "close" : "bot"));
  }
}
