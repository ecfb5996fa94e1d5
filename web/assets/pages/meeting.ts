// One meeting as it goes on: who is here, how others come in, one's own part, what its host does.

import { initials } from "../chat/cards";
import { account } from "../lib/account";
import { fill, gathered, h, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { LiveLight } from "../lib/live-light";
import { nameElement, readableName } from "../lib/names";
import { SpanChart } from "../lib/span-chart";
import { shortTime } from "../lib/time";
import { CodeCard } from "../meetings/code-card";
import { fetchMeeting, showHead } from "../meetings/head";
import { HostTools, waitingList } from "../meetings/host-tools";
import { OwnStatus } from "../meetings/own";
import { fetchPeople } from "../meetings/people";
import { spansOf } from "../meetings/spans";
import type { Here, Person, SeenMeeting, Waiting } from "../meetings/types";
import { sayZone } from "../meetings/words";

const SETTLE = 120; // ms: several changes at once are fetched once
const SETTLE_PER_PERSON = 20; // ms: in a crowd each fetches less often, so that all are served
const TICK = 30_000; // ms: how often the picture moves on by itself
const FIRST_SHOWN = 60;

export function startMeetingPage(): void {
  const main = need(document, "[data-meeting]");
  void gated(main, "Sign in to see the meeting", () => {
    sayZone(main);
    void new MeetingPage(main).begin();
  });
}

class MeetingPage {
  readonly #main: HTMLElement;
  readonly #code: CodeCard;
  readonly #host: HostTools;
  readonly #own: OwnStatus;
  readonly #light: LiveLight;
  #chart: SpanChart | null = null;
  #meeting: SeenMeeting | null = null;
  #people: Person[] = [];
  #names: Map<string, string> | null = null;
  #all = false;
  #turn = 0;

  constructor(main: HTMLElement) {
    this.#main = main;
    const refresh = (): void => void this.#refresh();
    this.#code = new CodeCard(this.#part("code"));
    this.#host = new HostTools(this.#part("host"), refresh);
    this.#own = new OwnStatus(this.#part("own"), refresh);
    this.#light = new LiveLight(need(main, "[data-live]"));
  }

  async begin(): Promise<void> {
    await this.#refresh();
    const meeting = this.#meeting;
    if (meeting === null) return;
    const refresh = (): void => void this.#refresh();
    let soon = gathered(refresh, SETTLE);
    let crowd = 0;
    const changed = (): void => {
      // The more are here, the longer changes are gathered.
      if (this.#people.length !== crowd) {
        crowd = this.#people.length;
        soon = gathered(refresh, SETTLE + SETTLE_PER_PERSON * Math.min(crowd, 200));
      }
      soon();
    };
    void openLive({
      watch: meeting.id,
      activity: ({ data }) => (data["meeting"] === meeting.id ? changed() : undefined),
      meeting: (id) => (id === meeting.meeting_id ? changed() : undefined),
      stale: changed,
      connected: () => this.#light.connected(),
      lost: () => this.#light.lost(),
    });
    setInterval(() => this.#drawTimes(), TICK);
  }

  #part(name: string): HTMLElement {
    return need(this.#main, `[data-part="${name}"]`);
  }

  async #refresh(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const meeting = await fetchMeeting(this.#main, this.#meeting?.id ?? this.#main.dataset["meeting"] ?? "");
    if (meeting === null || turn !== this.#turn) return;
    const path = `/api/v1/meetings/${meeting.id}`;
    const none = { items: [] };
    const [present, waiting, people] = await Promise.all([
      account.http.get<{ items: Here[] }>(`${path}/present`).catch(() => none),
      meeting.may_host && meeting.waiting > 0 ? account.http.get<{ items: Waiting[] }>(`${path}/waiting`).catch(() => none) : none,
      fetchPeople(meeting.id).then(({ people }) => people, () => this.#people),
    ]);
    if (turn !== this.#turn) return; // a later call knows better
    this.#meeting = meeting;
    this.#people = people;
    this.#draw(meeting, present.items, waiting.items);
  }

  #draw(meeting: SeenMeeting, present: Here[], waiting: Waiting[]): void {
    showHead(this.#main, meeting);
    const over = meeting.status === "completed" || meeting.status === "cancelled";
    const me = account.employee?.employee_id;
    this.#own.show({ meeting, here: present.find(({ is_me }) => is_me), person: this.#people.find(({ employee_id }) => employee_id === me) });
    need(this.#main, "[data-code-panel]").hidden = over || meeting.code === null;
    if (!over) this.#code.show(meeting);
    need(this.#main, "[data-host]").hidden = !meeting.may_host || over;
    if (meeting.may_host) this.#host.show(meeting);
    this.#drawHere(present.filter(({ state }) => state === "here"), over);
    this.#drawWaiting(meeting, waiting);
    this.#drawTimes();
  }

  #drawHere(here: Here[], over: boolean): void {
    need(this.#main, "[data-here]").hidden = over;
    need(this.#main, "[data-live]").hidden = over;
    need(this.#main, "[data-count]").textContent = String(here.length);
    this.#tellChange(here);
    const host = this.#part("here");
    if (here.length === 0) {
      fill(host, h("p", { class: "empty" }, "Nobody now."));
      return;
    }
    const shown = this.#all ? here : here.slice(0, FIRST_SHOWN);
    const rows = shown.map(({ name, is_host, is_me, joined_at }) =>
      h(
        "li",
        {},
        h("span", { class: "avatar", "aria-hidden": "true" }, initials(readableName(name))),
        h("div", {}, h("span", { class: "task-title" }, nameElement(name)), h("small", {}, [is_host ? "Host" : "", joined_at ? `since ${shortTime(joined_at)}` : ""].filter(Boolean).join(", "))),
        is_me ? h("span", { class: "tag session-active" }, "You") : null,
      ),
    );
    const more = h("button", { type: "button", class: "secondary small" }, `Show all ${here.length}`);
    more.addEventListener("click", () => {
      this.#all = true;
      this.#drawHere(here, over);
    });
    fill(host, h("ul", { class: "here" }, ...rows), shown.length < here.length ? h("p", { class: "more-row" }, more) : null);
  }

  /** Says to those who don't see the list who came and who went. */
  #tellChange(here: Here[]): void {
    const now = new Map(here.map(({ id, name }) => [id, readableName(name)]));
    const before = this.#names;
    this.#names = now;
    if (before === null) return;
    const came = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const went = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    const words = [came.length > 0 ? `${listed(came)} came.` : "", went.length > 0 ? `${listed(went)} left.` : ""].filter(Boolean).join(" ");
    if (words) this.#part("spoken").textContent = words;
  }

  #drawWaiting(meeting: SeenMeeting, waiting: Waiting[]): void {
    const panel = need(this.#main, "[data-waiting]");
    const focused = panel.querySelector<HTMLElement>("[data-key]:focus")?.dataset["key"];
    panel.hidden = waiting.length === 0;
    fill(this.#part("waiting"), waiting.length > 0 ? waitingList(meeting, waiting, () => void this.#refresh()) : null);
    if (focused) panel.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #drawTimes(): void {
    if (this.#meeting === null) return;
    const data = spansOf(this.#meeting, this.#people);
    const host = this.#part("times");
    if (data.lanes.length === 0) {
      this.#chart = null;
      fill(host, h("p", { class: "empty" }, "Nobody has been here yet."));
      return;
    }
    if (this.#chart === null) {
      this.#chart = new SpanChart(data);
      const note = this.#meeting.may_see_all ? null : h("p", { class: "quiet" }, "You see your own times; the host and those above see everybody’s.");
      fill(host, this.#chart.element, note);
    } else {
      this.#chart.update(data);
    }
  }
}

function listed(names: string[]): string {
  const shown = names.slice(0, 3);
  return shown.length < names.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : shown.join(", ");
}
