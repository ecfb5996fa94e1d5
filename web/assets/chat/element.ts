// <rollcall-chat>: the conversation as a web component. One script tag brings it; it keeps its
// styles in a shadow root. The page may call `say(text)` and listens for "rollcall-turn".

import { focusSignIn, signInForm } from "../auth/sign-in-form";
import { account } from "../lib/account";
import { fill, h } from "../lib/dom";
import { ApiError, explain, NoAnswer, uuid } from "../lib/http";
import { icon } from "../lib/icons";
import type { Button, ChatAnswer, TableDraft, Turn } from "../lib/types";
import css from "../styles/chat.css?text";
import { Composer, isMessage } from "./composer";
import { takeDrops } from "./files";
import { MessageLog, type OwnMessage } from "./log";

const SUGGESTIONS = ["Hi, I am employee EMP001", "Register a supplier", "My tasks"];

interface Outgoing {
  /** What the person typed, null for a button: its payload is void in another conversation. */
  typed: string | null;
  /** What goes to the server: the text, or a button's payload. */
  message: string;
  /** The same at every try, so that a message that did arrive isn't taken twice. */
  id: string;
  own: OwnMessage | null;
}

export class RollcallChat extends HTMLElement {
  readonly #log = new MessageLog({
    press: (button) => this.#press(button),
    say: (text) => this.say(text),
    signIn: (employeeId) => this.#signInCard(employeeId),
  });
  readonly #composer = new Composer({ say: (text) => this.say(text), paste: (text) => this.#paste(text) });
  readonly #notice = h("div", { class: "offline", role: "status" });
  readonly #welcome = h("div", { class: "welcome" });
  /** What led to the passphrase field: said again once the person is known. */
  #claim: { text: string; own: OwnMessage | null } | null = null;
  #queue: Outgoing[] = []; // said while an answer was awaited
  #unsent: Outgoing[] = []; // failed for lack of a connection
  #lastId: string | null = null; // who was signed in here last
  #busy = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#notice, this.#welcome, this.#log.element, this.#composer.element);
    takeDrops(this, root, (text) => this.#log.note(text));
  }

  connectedCallback(): void {
    window.addEventListener("online", this.#onLine);
    window.addEventListener("offline", this.#onLine);
    account.addEventListener("change", this.#onAccount);
    this.#onLine();
    void this.#start();
  }

  disconnectedCallback(): void {
    window.removeEventListener("online", this.#onLine);
    window.removeEventListener("offline", this.#onLine);
    account.removeEventListener("change", this.#onAccount);
  }

  /** Says `text` as if the person had typed it. */
  say(text: string): void {
    this.#begin(text, text, text);
  }

  /** Puts the cursor where one types. */
  ask(): void {
    this.#composer.focus();
  }

  async #start(): Promise<void> {
    try {
      await account.load();
      await this.#loadHistory();
    } catch (error) {
      // A session that ended meanwhile: its cookies are still here, and only a sign-in helps.
      if (error instanceof ApiError && error.status === 401) this.#log.show(this.#signInCard(null));
      else this.#log.note(explain(error), "alert");
    }
    this.#showWelcome();
  }

  async #loadHistory(): Promise<void> {
    const { turns } = await account.http.get<{ turns: Turn[] }>("/chat/history");
    this.#log.quietly(() => {
      this.#log.clear();
      turns.forEach((turn, index) => {
        this.#claim = { text: turn.message, own: null };
        if (!saidAgain(turns, index)) this.#log.own(turn.message, turn.at).sent();
        this.#log.replies(turn.replies, turn.at, index === turns.length - 1);
      });
    });
  }

  #press(button: Button): void {
    this.#begin(button.title, button.payload, null);
  }

  #begin(shown: string, message: string, typed: string | null): void {
    const own = this.#log.own(shown, new Date().toISOString());
    this.#showWelcome();
    this.#send({ typed, message, id: uuid(), own });
  }

  /** A table becomes a draft first; then the conversation goes on with it. */
  async #paste(text: string): Promise<boolean> {
    this.#log.typing = true;
    try {
      const draft = await account.http.post<TableDraft>("/api/v1/drafts/table", { text });
      this.#begin(draft.button.title, draft.button.payload, `continue my ${draft.label}`);
      return true;
    } catch (error) {
      this.#log.typing = this.#busy;
      this.#refused(text, error);
      return false;
    }
  }

  #refused(text: string, error: unknown): void {
    this.#log.problem(explain(error));
    if (!(error instanceof ApiError)) return;
    if (error.status === 401) {
      this.#claim = null;
      this.#log.show(this.#signInCard(this.#lastId));
    } else if (error.status === 422 && isMessage(text)) {
      // Words on several lines, each with a comma, look like a table too.
      const say = (): void => {
        this.#composer.clear();
        this.say(text.trim());
      };
      this.#log.show(h("div", { class: "quick" }, h("button", { type: "button", on: { click: say } }, "Send it as a message")));
    }
  }

  /** One message after the other: the next is sent when the one before is answered. */
  #send(out: Outgoing): void {
    this.#queue.push(out);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#setBusy(true);
    for (let out = this.#queue.shift(); out; out = this.#queue.shift()) await this.#deliver(out);
    this.#setBusy(false);
  }

  async #deliver(out: Outgoing): Promise<void> {
    try {
      const answer = await account.http.post<ChatAnswer>("/chat", {
        message: out.message,
        message_id: out.id,
        session_id: account.me?.session_id,
      });
      out.own?.sent();
      this.#answered(out, answer);
    } catch (error) {
      this.#failed(out, error);
    }
  }

  #answered(out: Outgoing, answer: ChatAnswer): void {
    this.#claim = out.typed === null ? null : { text: out.typed, own: null };
    this.#log.typing = this.#queue.length > 0;
    this.#log.replies(answer.replies, new Date().toISOString());
    if (answer.replies.some((reply) => reply.custom?.type === "signed_out")) account.ended();
    this.dispatchEvent(new CustomEvent("rollcall-turn", { detail: answer, bubbles: true }));
    const signIn = this.shadowRoot?.querySelector<HTMLElement>(".sign-in-card");
    if (signIn) focusSignIn(signIn);
    else if (!this.#busyElsewhere()) this.#composer.focus();
  }

  #failed(out: Outgoing, error: unknown): void {
    const again = (): void => {
      this.#unsent = this.#unsent.filter((each) => each !== out);
      this.#send(out);
    };
    if (error instanceof ApiError && error.status === 401) {
      out.own?.failed("Your session is over. Sign in and this is sent.", null);
      this.#claim = out.typed === null ? null : { text: out.typed, own: out.own };
      this.#log.show(this.#signInCard(this.#lastId));
      return;
    }
    const hopeless = error instanceof ApiError && error.status < 500 && ![409, 429].includes(error.status);
    if (error instanceof NoAnswer) this.#unsent.push(out);
    out.own?.failed(explain(error), hopeless ? null : again);
  }

  #setBusy(on: boolean): void {
    this.#busy = on;
    this.#log.typing = on;
  }

  /** Asks for the passphrase; then the sentence is said again, this time by somebody known. */
  #signInCard(employeeId: string | null): HTMLElement {
    const form = signInForm({
      ...(employeeId === null ? {} : { employeeId }),
      onDone: ({ employee }) => {
        const message = this.#claim?.text ?? `I am employee ${employee.employee_id}`;
        this.#claim?.own?.sent();
        this.#log.retireButtons();
        this.#log.note(`Signed in as ${employee.name}.`, "check");
        this.#send({ typed: message, message, id: uuid(), own: null });
      },
    });
    return h(
      "section",
      { class: "card sign-in-card", "aria-label": "Sign in" },
      h("div", { class: "card-head" }, icon("lock"), h("strong", {}, "Sign in")),
      form,
    );
  }

  #showWelcome(): void {
    if (!this.#log.empty) {
      fill(this.#welcome);
      return;
    }
    const name = account.employee?.name.split(" ")[0];
    const suggestions = name ? SUGGESTIONS.slice(1).concat("Help") : SUGGESTIONS;
    fill(
      this.#welcome,
      h("span", { class: "welcome-mark" }, icon("bot")),
      h("h2", {}, name ? `Hello ${name}, what shall we do?` : "Hello, this is Rollcall"),
      h("p", {}, `${name ? "Register" : "Sign in, register"} things, take and finish tasks: just say it.`),
      h(
        "div",
        { class: "suggestions", role: "group", "aria-label": "Suggestions" },
        ...suggestions.map((text) => h("button", { type: "button", on: { click: () => this.say(text) } }, text)),
      ),
    );
  }

  /** Don't pull the cursor away from something else on the page that the person went to. */
  #busyElsewhere(): boolean {
    const active = document.activeElement;
    return active !== null && active !== document.body && active !== this;
  }

  readonly #onLine = (): void => {
    if (navigator.onLine) {
      fill(this.#notice);
      for (const out of this.#unsent.splice(0)) this.#send(out);
    } else {
      fill(this.#notice, icon("offline"), "You are offline. What you send is kept until you are back.");
    }
  };

  readonly #onAccount = (): void => {
    this.#lastId = account.employee?.employee_id ?? this.#lastId;
    this.#showWelcome();
  };
}

/** After a sign-in its sentence is sent a second time; the conversation shows it once. */
function saidAgain(turns: Turn[], index: number): boolean {
  const before = turns[index - 1];
  return (
    before !== undefined &&
    before.message === turns[index]?.message &&
    before.replies.some((reply) => reply.custom?.type === "sign_in")
  );
}

export function defineChat(): void {
  if (!customElements.get("rollcall-chat")) customElements.define("rollcall-chat", RollcallChat);
}
