// One's own part in a meeting: in it or not, since when, and the way in and out.

import { account } from "../lib/account";
import { type Child, fill, h } from "../lib/dom";
import { explain, uuid } from "../lib/http";
import { icon, type IconName } from "../lib/icons";
import { minutesText, shortTime } from "../lib/time";
import type { Here, Person, SeenMeeting } from "./types";
import { endText } from "./words";

const MINUTE = 60_000; // ms

export interface OwnPart {
  meeting: SeenMeeting;
  here: Here | undefined;
  /** One's own line in the attendance, if one has been there or was invited. */
  person: Person | undefined;
}

export class OwnStatus {
  readonly #host: HTMLElement;
  readonly #changed: () => void;
  readonly #problem = h("p", { class: "problem", role: "alert" });
  #busy = false;
  #face = "";

  constructor(host: HTMLElement, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  show(part: OwnPart): void {
    // Drawn anew only when it says something else: whoever is about to press a button keeps it.
    const text = sentence(part);
    const face = `${text.join()} ${part.meeting.status} ${part.here?.state ?? ""}`;
    if (face === this.#face) return;
    this.#face = face;
    const focused = this.#host.contains(document.activeElement);
    const [name, title, detail] = text;
    fill(this.#host, h("div", { class: "own-status" }, h("span", { class: "own-mark" }, icon(name as IconName)), h("div", {}, h("strong", {}, title), detail ? h("small", {}, detail) : null), this.#button(part)), this.#problem);
    if (focused) this.#host.querySelector("button")?.focus();
  }

  #button({ meeting, here, person }: OwnPart): Child {
    if (meeting.status === "completed" || meeting.status === "cancelled") return null;
    const path = `/api/v1/meetings/${meeting.id}`;
    if (here === undefined) return this.#act("Join", "primary", `${path}/join`);
    const open = person?.intervals.filter(({ state }) => state === "here" || state === "waiting").length ?? 1;
    return this.#act(here.state === "waiting" ? "Stop waiting" : open > 1 ? "Leave on this device" : "Leave", "secondary", `${path}/leave`);
  }

  #act(text: string, look: string, path: string): HTMLElement {
    const key = uuid();
    const button = h("button", { type: "button", class: look }, text);
    button.addEventListener("click", () => {
      if (this.#busy) return;
      this.#busy = true;
      fill(this.#problem);
      account.http
        .post(path, {}, key)
        .then(this.#changed, (error: unknown) => {
          fill(this.#problem, icon("alert"), h("span", {}, explain(error)));
          this.#changed();
        })
        .finally(() => (this.#busy = false));
    });
    return button;
  }
}

function sentence({ meeting, here, person }: OwnPart): [icon: IconName, title: string, detail: string] {
  const late = person && person.late_minutes > 0 ? `, ${minutesText(person.late_minutes)} late` : "";
  const stayed = person && person.joined_at !== null ? `You were here for ${minutesText(person.minutes)}${late}.` : "";
  if (meeting.status === "completed") return ["check", endText(meeting), stayed || "You were not in it."];
  if (meeting.status === "cancelled") return ["close", endText(meeting), ""];
  if (here?.state === "waiting") return ["session", "You are waiting for the host.", "This page goes on by itself."];
  if (here) {
    const devices = person?.intervals.filter(({ state }) => state === "here").length ?? 1;
    return ["check", here.joined_at ? `You are here since ${shortTime(here.joined_at)}${late}.` : "You are here.", devices > 1 ? `On ${devices} devices. You stay on the list until you leave.` : "You stay on the list until you leave or the meeting ends, also with this page closed."];
  }
  if (stayed) return ["out", "You have left.", `${stayed} You can come back.`];
  if (meeting.status === "scheduled") return ["session", begins(meeting), "It can be joined from 15 minutes before."];
  return ["info", "You are not in this meeting.", "Join, and you are on the attendance list."];
}

function begins({ starts_at }: SeenMeeting): string {
  if (starts_at === null) return "It has not begun yet.";
  const left = Date.parse(starts_at) - Date.now();
  if (left <= 0) return "It should have begun.";
  return left < 90 * MINUTE ? `It begins in ${minutesText(left / MINUTE)}.` : `It begins ${shortTime(starts_at)}.`;
}
