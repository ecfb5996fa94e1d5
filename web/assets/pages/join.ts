// Joining by a code: typed here, or in a link that somebody sent or a camera read. A link may carry
// the changing digits behind "#", where no server log sees them.

import { account } from "../lib/account";
import { type Child, fill, h, need } from "../lib/dom";
import { actionForm, textField } from "../lib/form";
import { gated } from "../lib/gate";
import { ApiError, explain, uuid } from "../lib/http";
import { icon, type IconName } from "../lib/icons";
import { nameElement, readableName } from "../lib/names";
import { clockOf, whenText } from "../lib/time";
import { codeForm } from "../meetings/code-form";
import type { Interval, Invitation } from "../meetings/types";
import { said, tryAgain, waitForHost, waitingIn } from "../meetings/waiting";
import { codeIn, EARLY, hostText, sayZone, spaced, stateTag, timesText } from "../meetings/words";

const A_DAY = 86_400_000; // ms
const ZOOM_NUMBER = /^\d{9,12}$/;

export function startJoinPage(): void {
  const main = need(document, "[data-join]");
  const code = codeIn(main.dataset["join"] ?? "");
  const digits = /^#(\d{6})$/.exec(location.hash)?.[1] ?? "";
  void gated(main, code ? `Sign in to join the meeting ${spaced(code)}` : "Sign in to join a meeting", () => {
    sayZone(main);
    void new Join(need(main, '[data-part="join"]'), code, digits).show();
  });
}

class Join {
  readonly #host: HTMLElement;
  readonly #code: string;
  readonly #key = uuid();
  #digits: string;

  constructor(host: HTMLElement, code: string, digits: string) {
    this.#host = host;
    this.#code = code;
    this.#digits = digits;
  }

  async show(): Promise<void> {
    if (this.#code === "") {
      this.#ask();
      return;
    }
    if (ZOOM_NUMBER.test(this.#code)) {
      this.#offerZoom();
      return;
    }
    this.#host.setAttribute("aria-busy", "true");
    try {
      const found = await account.http.get<Invitation>(`/api/v1/meetings/by-code/${encodeURIComponent(this.#code)}`);
      const waits = await waitingIn(found.id);
      if (waits) this.#wait(found, waits);
      else this.#invite(found);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.#unknown();
      else this.#say("alert", "This did not work", explain(error), tryAgain());
    } finally {
      this.#host.removeAttribute("aria-busy");
    }
  }

  /** No code yet. */
  #ask(value = ""): void {
    const form = h("form", { class: "code-form", novalidate: true });
    fill(this.#host, h("p", {}, "The host shows a code of six letters and digits, or has sent you a link."), form);
    codeForm(form, value);
    form.querySelector("input")?.focus();
  }

  #unknown(): void {
    const form = h("form", { class: "code-form", novalidate: true });
    codeForm(form);
    this.#say(
      "alert",
      `The code ${spaced(this.#code)} opens no meeting`,
      "It was mistyped, or the host has renewed it since. Ask the host for the code they show now, or type it again:",
      form,
    );
  }

  #offerZoom(): void {
    const text = h("p", {}, "You are put on the attendance list. The meeting itself is in Zoom.");
    this.#offer(h("div", {}, h("h2", {}, `Zoom meeting ${this.#code}`), text), false);
  }

  #invite(found: Invitation): void {
    const title = `“${readableName(found.title)}”`;
    const list = h("p", {}, h("a", { class: "more", href: "/meetings" }, "Your meetings", icon("chevron")));
    if (found.status === "cancelled") {
      this.#say("alert", `${title} was called off`, "Ask the host whether there is another time.", list);
    } else if (found.status === "completed") {
      const at = found.ended_at ? ` It ended ${whenText(found.ended_at).toLowerCase()}.` : "";
      this.#say("alert", "This code has expired", `${title} is over.${at} For another meeting ask the host for its code.`, list);
    } else {
      this.#open(found);
    }
  }

  #open(found: Invitation): void {
    const opens = found.starts_at === null ? 0 : Date.parse(found.starts_at) - EARLY;
    const left = found.status === "live" ? 0 : opens - Date.now();
    const head = h("div", { class: "join-head" }, h("h2", {}, nameElement(found.title), " ", stateTag(found)), h("p", { class: "quiet dotted" }, timesText(found) ? h("span", {}, timesText(found)) : null, hostText(found)));
    const early = left > 0 ? h("p", { class: "notice-line" }, icon("session"), h("span", {}, `It begins ${whenText(found.starts_at ?? "").replace(/^(Today|Tomorrow)/, (day) => day.toLowerCase())}. You can join from 15 minutes before: at ${clockOf(opens)} this page is ready.`)) : null;
    const room = found.waiting_room ? h("p", { class: "quiet" }, "The host lets each person in.") : null;
    if (left <= 0) {
      this.#offer(h("div", {}, head, room), found.rotating, found);
      return;
    }
    fill(this.#host, head, early, room);
    if (left < A_DAY) setTimeout(() => this.#invite(found), left);
  }

  /** The button, and the field for the changing digits where there are some. */
  #offer(head: Child, rotating: boolean, found?: Invitation): void {
    const digits = rotating
      ? textField({ name: "rotating_code", label: "The six digits on the host’s screen", value: this.#digits, hint: "They change every 15 seconds.", attributes: { inputmode: "numeric", autocomplete: "one-time-code", maxlength: 7 } })
      : null;
    if (digits) digits.required = false; // the host comes in without: the server knows who that is
    const form = actionForm({
      fields: digits ? [digits] : [],
      verb: "Join",
      send: async () => {
        const body = digits?.input.value.trim() ? { rotating_code: digits.input.value.trim() } : {};
        try {
          const interval = await account.http.post<Interval>(`/api/v1/meetings/${encodeURIComponent(this.#code)}/join`, body, this.#key);
          if (interval.state === "waiting" && found) this.#wait(found, interval);
          else location.assign(`/meetings/${interval.meeting_id}`);
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 404) throw error;
          this.#unknown(); // renewed while this page was open
        }
      },
    });
    fill(this.#host, head, form);
    const first = digits && !this.#digits ? digits.input : form.querySelector<HTMLElement>("button");
    first?.focus();
  }

  #wait(found: Invitation, interval: Interval): void {
    waitForHost(this.#host, interval, readableName(found.title));
  }

  #say(name: IconName, title: string, text: string, ...more: Child[]): void {
    fill(this.#host, ...said(name, title, text, ...more));
  }
}
