// What only the host does: letting people in, beginning, renewing the code, ending for all.

import { seesOthers } from "../dashboard/picker";
import { account } from "../lib/account";
import { type Child, fill, h, hidden } from "../lib/dom";
import { confirmed } from "../lib/dialog";
import { explain, uuid } from "../lib/http";
import { icon } from "../lib/icons";
import { nameElement, readableName } from "../lib/names";
import { changeMeeting } from "./change";
import { invite } from "./invite";
import type { SeenMeeting, Waiting } from "./types";

export class HostTools {
  readonly #host: HTMLElement;
  readonly #changed: () => void;
  #face = "";
  #meeting: SeenMeeting | null = null;

  constructor(host: HTMLElement, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  show(meeting: SeenMeeting): void {
    this.#meeting = meeting;
    const face = `${meeting.status} ${meeting.code ?? ""} ${meeting.title}`;
    if (face === this.#face) return;
    this.#face = face;
    const { id, status, present } = meeting;
    const title = `“${readableName(meeting.title)}”`;
    const path = `/api/v1/meetings/${id}`;
    const tools: Child[] = [];
    if (status === "scheduled") {
      tools.push(
        this.#button("Begin now", "primary", () => this.#post(`${path}/start`)),
        this.#asked("Call it off", { title: `Call off ${title}?`, text: "Nobody can join it any more, and everybody on its list sees that it was called off.", verb: "Call it off", path: `${path}/cancel` }),
      );
    }
    if (status === "live") {
      tools.push(this.#asked("End for all", { title: `End ${title} for all?`, text: `Everybody’s time in it ends now${present > 0 ? "" : ", although nobody is in it"}. It can’t be begun again.`, verb: "End it for all", path: `${path}/end` }));
    }
    if (status === "scheduled" || status === "live") {
      tools.push(this.#button("Change", "secondary", () => this.#change()));
      if (seesOthers()) tools.push(this.#button("Invite people", "secondary", () => invite(meeting, this.#changed)));
      tools.push(this.#asked("Renew the code", { title: "Renew the code?", text: "The present code and its links open nothing any more. Who is in the meeting stays in it.", verb: "Renew it", path: `${path}/code` }));
    }
    fill(this.#host, h("div", { class: "form-actions" }, ...tools), h("p", { class: "problem", role: "alert" }), h("p", { class: "quiet" }, h("a", { href: `/meetings/${id}/attendance` }, "Attendance with files to keep")));
  }

  #change(): void {
    if (this.#meeting !== null) changeMeeting(this.#meeting, this.#changed);
  }

  #button(text: string, look: string, press: () => void): HTMLElement {
    return h("button", { type: "button", class: `${look} small`, "data-key": text, on: { click: press } }, text);
  }

  #asked(text: string, { title, text: what, verb, path }: { title: string; text: string; verb: string; path: string }): HTMLElement {
    return this.#button(text, "secondary", () =>
      confirmed({
        title,
        text: what,
        verb,
        run: async () => {
          await account.http.post(path, {}, uuid());
          this.#changed();
        },
      }),
    );
  }

  #post(path: string): void {
    account.http.post(path, {}, uuid()).then(this.#changed, (error: unknown) => {
      fill(this.#host.querySelector(".problem") ?? this.#host, icon("alert"), h("span", {}, explain(error)));
    });
  }
}

/** Who waits, each with a yes and a no. */
export function waitingList(meeting: SeenMeeting, waiting: Waiting[], changed: () => void): HTMLElement {
  const problem = h("p", { class: "problem", role: "alert" });
  const decide = (ids: string[], what: "admit" | "refuse"): void => {
    fill(problem);
    const all = ids.map((id) => account.http.post(`/api/v1/meetings/${meeting.id}/waiting/${encodeURIComponent(id)}/${what}`, {}, uuid()));
    Promise.all(all).then(changed, (error: unknown) => {
      fill(problem, icon("alert"), h("span", {}, explain(error)));
      changed();
    });
  };
  const button = (text: string, look: string, id: string, name: string, what: "admit" | "refuse"): HTMLElement =>
    h("button", { type: "button", class: `${look} small`, "data-key": `${what} ${id}`, on: { click: () => decide([id], what) } }, text, hidden(` ${name}`));
  const rows = waiting.map(({ session_id, name }) =>
    h(
      "li",
      {},
      h("div", {}, h("span", { class: "task-title" }, nameElement(name))),
      h("span", { class: "form-actions" }, button("Let in", "primary", session_id, readableName(name), "admit"), button("Refuse", "secondary", session_id, readableName(name), "refuse")),
    ),
  );
  const everybody = waiting.length > 1 ? h("p", { class: "more-row" }, h("button", { type: "button", class: "secondary small", "data-key": "all", on: { click: () => decide(waiting.map(({ session_id }) => session_id), "admit") } }, `Let all ${waiting.length} in`)) : null;
  return h("div", {}, h("ul", { class: "rows" }, ...rows), everybody, problem);
}
