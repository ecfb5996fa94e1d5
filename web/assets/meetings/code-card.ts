// How others come in: the code to say aloud, the link to send, the QR code to point a camera at.
// Where the code changes, the host's QR code carries the digits of the moment.

import { account } from "../lib/account";
import { fill, h } from "../lib/dom";
import { openDialog } from "../lib/dialog";
import { explain } from "../lib/http";
import { icon } from "../lib/icons";
import { qrPicture } from "../lib/qr";
import type { SeenMeeting } from "./types";
import { joinLink, spaced } from "./words";

const AGAIN = 3000; // ms after a failure
const LATE = 150; // ms: the new digits are there a moment after the old ones end

interface Digits {
  rotating_code: string;
  valid_until: string;
}

export class CodeCard {
  readonly #host: HTMLElement;
  #shown = "";
  #stop: () => void = () => undefined;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  show(meeting: SeenMeeting): void {
    const { code } = meeting;
    const face = `${code ?? ""} ${meeting.status} ${meeting.rotating} ${meeting.may_host}`;
    if (face === this.#shown || code === null) return;
    this.#shown = face;
    this.#stop();
    const big = h("button", { type: "button", class: "secondary small", on: { click: () => project(meeting) } }, icon("expand"), "Show it large");
    const view = new CodeView(meeting, code);
    fill(this.#host, view.element, h("div", { class: "form-actions" }, copyButton(joinLink(code)), big));
    this.#stop = view.start();
  }
}

/** For a projector: nothing but what people need to come in. */
function project(meeting: SeenMeeting): void {
  const view = new CodeView(meeting, meeting.code ?? "");
  const element = h("div", { class: "projected" }, h("p", { class: "quiet" }, `Open ${location.host}/join and type the code, or point a camera here.`), view.element);
  let stop = (): void => undefined;
  openDialog({ title: meeting.title, content: [element], wide: true, closed: () => stop() });
  stop = view.start();
}

/** Code, link and QR code, which follow the changing digits for whoever may see these. */
class CodeView {
  readonly element: HTMLElement;
  readonly #meeting: SeenMeeting;
  readonly #link: string;
  readonly #picture = h("div", { class: "qr-box" });
  readonly #digits = h("output", { class: "digits" });
  readonly #clock = h("progress", { class: "digits-clock", max: 15, "aria-label": "Seconds until the digits change" });
  #timers: ReturnType<typeof setTimeout>[] = [];
  #over = false;

  constructor(meeting: SeenMeeting, code: string) {
    this.#meeting = meeting;
    this.#link = joinLink(code);
    const label = h("strong", { class: "join-code", "aria-label": code.split("").join(" ") }, spaced(code));
    const changing = this.#followsDigits ? h("div", { class: "changing" }, h("span", { class: "quiet" }, "Digits now"), this.#digits, this.#clock) : null;
    const note = meeting.rotating && !meeting.may_host ? h("p", { class: "quiet" }, "Whoever joins also needs the digits on the host’s screen.") : null;
    this.element = h("div", { class: "code-card" }, this.#picture, h("div", {}, label, h("a", { class: "join-link", href: this.#link }, `${location.host}/join/`, h("wbr"), h("span", {}, code)), changing, note));
  }

  get #followsDigits(): boolean {
    return this.#meeting.rotating && this.#meeting.may_host;
  }

  /** Draws it and keeps it current; answers what stops that. */
  start(): () => void {
    if (this.#followsDigits) void this.#next();
    else void this.#draw(this.#link);
    return () => {
      this.#over = true;
      this.#timers.forEach(clearTimeout);
    };
  }

  async #draw(link: string): Promise<void> {
    const picture = await qrPicture(link, `QR code of the link ${this.#link}`);
    if (!this.#over) fill(this.#picture, picture);
  }

  async #next(): Promise<void> {
    this.#timers = [];
    try {
      const { rotating_code, valid_until } = await account.http.get<Digits>(`/api/v1/meetings/${this.#meeting.id}/rotating-code`);
      if (this.#over) return;
      this.#digits.textContent = `${rotating_code.slice(0, 3)} ${rotating_code.slice(3)}`;
      void this.#draw(`${this.#link}#${rotating_code}`);
      this.#count(Date.parse(valid_until));
      this.#timers.push(setTimeout(() => void this.#next(), Math.max(LATE, Date.parse(valid_until) - Date.now() + LATE)));
    } catch (error) {
      if (this.#over) return;
      this.#digits.textContent = explain(error);
      this.#timers.push(setTimeout(() => void this.#next(), AGAIN));
    }
  }

  #count(until: number): void {
    const left = Math.max(0, (until - Date.now()) / 1000);
    this.#clock.value = left;
    if (left > 0 && !this.#over) this.#timers.push(setTimeout(() => this.#count(until), 1000));
  }
}

function copyButton(text: string): HTMLElement {
  const said = h("span", { class: "visually-hidden", role: "status" });
  const words = h("span", {}, "Copy the link");
  const button = h("button", { type: "button", class: "secondary small" }, icon("copy"), words, said);
  button.addEventListener("click", () => {
    const tell = (short: string): void => {
      words.textContent = short;
      said.textContent = short;
      setTimeout(() => (words.textContent = "Copy the link"), AGAIN);
    };
    // Without https browsers give no clipboard: the link itself can be copied by hand.
    if (!navigator.clipboard) tell("Copy it from above");
    else navigator.clipboard.writeText(text).then(() => tell("Copied"), () => tell("Copy it from above"));
  });
  return button;
}
