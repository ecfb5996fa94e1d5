// The chat page beside the conversation: who is signed in, open tasks, drafts, what was registered
// last. It follows what happens, whether it was said here, in another tab or by somebody else.

import type { RollcallChat } from "../chat/element";
import { taskLine } from "../chat/cards";
import { account } from "../lib/account";
import { gathered, fill, h, hidden, need } from "../lib/dom";
import { explain } from "../lib/http";
import { type Shown, titled } from "../lib/catalogue";
import { icon } from "../lib/icons";
import { typeLabel } from "../lib/labels";
import { openLive } from "../lib/live";
import { type Refreshable, Section } from "../lib/section";
import { shortTime, timeElement } from "../lib/time";
import { fetchToday, meetingLine } from "../meetings/today";
import type { Meeting } from "../meetings/types";
import type { Draft, Page, Registration, Task, UserSession } from "../lib/types";

const SHOWN_TASKS = 6;
const SHOWN_MEETINGS = 4;
const SHOWN_REGISTRATIONS = 5;
const SETTLE = 200; // ms: several changes at once are fetched once

export function startChatPage(): void {
  const chat = need<RollcallChat>(document, "rollcall-chat");
  const panel = new Panel(need(document, "[data-panel]"), chat);
  account.addEventListener("change", () => void panel.follow());
  chat.addEventListener("rollcall-turn", () => panel.soon());
  void panel.follow();
}

class Panel {
  readonly #chat: RollcallChat;
  readonly #root: HTMLElement;
  readonly #sections: Refreshable[];
  #closeLive: (() => void) | null = null;
  #following: string | null = null;
  readonly soon = gathered(() => this.#refresh(), SETTLE);

  constructor(root: HTMLElement, chat: RollcallChat) {
    this.#root = root;
    this.#chat = chat;
    const host = (name: string): HTMLElement => need(root, `[data-part="${name}"]`);
    const me = (): string => encodeURIComponent(account.employee?.employee_id ?? "");
    this.#sections = [
      new Section<UserSession>(host("session"), {
        load: () => account.http.get(`/api/v1/sessions/${encodeURIComponent(account.me?.session_id ?? "")}`),
        render: sessionView,
        empty: "",
      }),
      new Section<Page<Task>>(host("tasks"), {
        load: () => account.http.get(`/api/v1/tasks?assignee=${me()}&status=open&limit=50`),
        render: (page) => this.#tasks(page),
        empty: "Nothing to do. Well done.",
      }),
      new Section<Meeting[]>(host("meetings"), {
        load: fetchToday,
        render: (items) => (items.length > 0 ? h("ul", { class: "rows" }, ...items.slice(0, SHOWN_MEETINGS).map(meetingLine)) : null),
        empty: "No meetings today.",
      }),
      new Section<Page<Draft>>(host("drafts"), {
        load: () => account.http.get("/api/v1/drafts"),
        render: ({ items }) => (items.length > 0 ? h("ul", { class: "rows" }, ...items.map((one) => this.#draft(one))) : null),
        empty: "No unfinished forms.",
      }),
      new Section<Shown[]>(host("registrations"), {
        load: () => registrations(me()),
        render: (items) => (items.length > 0 ? h("ul", { class: "rows" }, ...items.map(registrationRow)) : null),
        empty: "Nothing registered yet.",
      }),
    ];
    collapse(need(root, "[data-panel-toggle]"), need(root, "[data-panel-body]"));
  }

  /** Shows the parts to whoever is signed in, and keeps the live feed open for them. */
  async follow(): Promise<void> {
    const session = account.me?.session_id ?? null;
    if (session === this.#following) return;
    this.#following = session;
    this.#root.toggleAttribute("data-signed-in", session !== null);
    this.#closeLive?.();
    this.#closeLive = null;
    if (session === null) return;
    this.#refresh();
    const close = await openLive({ activity: this.soon, meeting: this.soon, stale: this.soon });
    if (this.#following === session) this.#closeLive = close;
    else close();
  }

  #refresh(): void {
    if (account.me === null) return;
    for (const section of this.#sections) void section.refresh();
  }

  #tasks({ items, next }: Page<Task>): Node | null {
    if (items.length === 0) return null;
    const more = items.length - SHOWN_TASKS;
    return h(
      "div",
      {},
      h("ul", { class: "rows" }, ...items.slice(0, SHOWN_TASKS).map((task) => this.#task(task))),
      more > 0 ? h("a", { class: "more", href: "/dashboard#tasks" }, `${more}${next ? "+" : ""} more on the dashboard`, icon("chevron")) : null,
    );
  }

  #task(task: Task): HTMLElement {
    const [verb, status] = task.status === "pending" ? ["Start", "in_progress"] : ["Finish", "completed"];
    const problem = h("p", { class: "row-problem", role: "alert" });
    const button = h("button", { type: "button", class: "secondary small", "data-key": `${verb} ${task.id}` }, verb, hidden(` ${task.title}`));
    button.addEventListener("click", () => void this.#move(task, String(status), button, problem));
    return h("li", {}, taskLine(task), button, problem);
  }

  async #move(task: Task, status: string, button: HTMLButtonElement, problem: HTMLElement): Promise<void> {
    button.disabled = true;
    try {
      await account.http.call("PATCH", `/api/v1/tasks/${encodeURIComponent(task.id)}`, { status });
      this.soon();
    } catch (error) {
      button.disabled = false;
      fill(problem, explain(error));
    }
  }

  #draft(draft: Draft): HTMLElement {
    const button = h("button", { type: "button", class: "secondary small" }, "Continue", hidden(` the ${draft.label}`));
    button.addEventListener("click", () => this.#chat.say(`continue my ${draft.label}`));
    return h(
      "li",
      {},
      h("div", {}, h("span", { class: "task-title" }, typeLabel(draft.label)), h("small", {}, `${draft.answered} of ${draft.of} answers · `, timeElement(draft.updated_at))),
      button,
    );
  }
}

function sessionView(session: UserSession): Node {
  return h(
    "dl",
    { class: "facts" },
    h("dt", {}, "Session"),
    h("dd", { class: "mono" }, session.session_id),
    h("dt", {}, "Since"),
    h("dd", {}, shortTime(session.login_time)),
  );
}

async function registrations(employeeId: string): Promise<Shown[]> {
  const path = `/api/v1/registrations?employee_id=${employeeId}&limit=${SHOWN_REGISTRATIONS}`;
  const { items } = await account.http.get<Page<Registration>>(path);
  return titled(items.filter((one) => one.status !== "undone"));
}

function registrationRow(one: Shown): HTMLElement {
  return h(
    "li",
    {},
    h("div", {}, h("span", { class: "task-title" }, one.title), h("small", {}, `${typeLabel(one.registration_type)} · `, timeElement(one.timestamp))),
  );
}

/** Open where there is room, shut on a phone; a choice is kept. */
function collapse(toggle: HTMLElement, body: HTMLElement): void {
  const key = "rollcall-panel";
  const set = (open: boolean): void => {
    toggle.setAttribute("aria-expanded", String(open));
    body.hidden = !open;
  };
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(key);
  } catch {
    // storage is switched off: the width decides
  }
  set(kept === null ? matchMedia("(min-width: 64rem)").matches : kept === "open");
  toggle.addEventListener("click", () => {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    set(open);
    try {
      localStorage.setItem(key, open ? "open" : "shut");
    } catch {
      // the choice lasts until the page is left
    }
  });
}
