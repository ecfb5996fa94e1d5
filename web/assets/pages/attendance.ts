// The attendance report of one meeting: who came, when, and who was expected and did not. Its
// filters are in the address; its files hold what the filters let through.

import { type Child, fill, gathered, h, need } from "../lib/dom";
import { exportLinks, printButton } from "../lib/export-links";
import { filterForm } from "../lib/filter-form";
import { Filters } from "../lib/filters";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { nameElement, readableName } from "../lib/names";
import { Section } from "../lib/section";
import { SpanChart } from "../lib/span-chart";
import { recordsTable } from "../lib/table";
import { minutesText, timeElement } from "../lib/time";
import { slimTiles } from "../lib/tiles";
import { decideButton, knownText, outsideNames } from "../meetings/decide";
import { fetchMeeting, showHead } from "../meetings/head";
import { type Attendance, fetchPeople, type Totals } from "../meetings/people";
import { spansOf } from "../meetings/spans";
import type { Person, SeenMeeting } from "../meetings/types";
import { sayZone } from "../meetings/words";

const SETTLE = 500; // ms: several changes at once are fetched once
const TICK = 30_000; // ms: how often the picture of a live meeting moves on

const STATUS = { present: "Present", late: "Late", left_early: "Left early", absent: "Absent" } as const;

export function startAttendancePage(): void {
  const main = need(document, "[data-attendance]");
  void gated(main, "Sign in to see the attendance", () => void show(main));
}

async function show(main: HTMLElement): Promise<void> {
  sayZone(main);
  const meeting = await fetchMeeting(main, main.dataset["attendance"] ?? "");
  if (meeting === null) return;
  showHead(main, meeting);
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  const path = `/api/v1/meetings/${meeting.id}/attendance`;
  const times = new Times(part("times"), meeting);
  const filters = new Filters({ status: "", recognised: "", q: "" }, () => changed());
  const people = new Section<Attendance>(part("people"), {
    load: () => fetchPeople(meeting.id, filters.params),
    render: ({ people: found, totals }) => {
      fill(part("figures"), meeting.may_see_all ? figures(totals) : null);
      times.show(found);
      say(part("spoken"), found, totals);
      return found.length > 0 ? peopleTable(meeting, found, () => void people.refresh()) : null;
    },
    empty: () => (filters.params.size > 0 ? "Nobody fits these filters." : meeting.may_see_all ? "Nobody came, and nobody was expected." : "You were not in this meeting."),
  });
  const showFilters = meeting.may_see_all
    ? filterForm(need<HTMLFormElement>(main, "[data-filters]"), filters, [
        { name: "q", label: "Find", placeholder: "Name, e-mail or ID" },
        { name: "status", label: "Status", choices: [["", "Any"], ...Object.entries(STATUS)] },
        { name: "recognised", label: "Recognised", choices: [["", "All"], ["yes", "Recognised"], ["no", "Not recognised"]] },
      ])
    : () => undefined;
  const files = (): void => fill(part("files"), ...exportLinks(`${path}/file`, filters.params), printButton());
  const changed = (): void => {
    showFilters();
    files();
    void people.refresh();
  };
  files();
  const soon = gathered(() => void people.refresh(), SETTLE);
  void openLive({
    watch: meeting.id,
    activity: ({ data, kind }) => (data["meeting"] === meeting.id && kind !== "attendance.fetched" ? soon() : undefined),
    meeting: (id) => (id === meeting.meeting_id ? soon() : undefined),
    stale: soon,
  });
  void people.refresh();
}

/** The picture; it moves on by itself while the meeting does. */
class Times {
  readonly #host: HTMLElement;
  readonly #meeting: SeenMeeting;
  #chart: SpanChart | null = null;
  #people: Person[] = [];

  constructor(host: HTMLElement, meeting: SeenMeeting) {
    this.#host = host;
    this.#meeting = meeting;
    if (meeting.status === "live") setInterval(() => this.show(this.#people), TICK);
  }

  show(people: Person[]): void {
    this.#people = people;
    const data = spansOf(this.#meeting, people);
    if (data.lanes.length === 0) {
      this.#chart = null;
      fill(this.#host, h("p", { class: "empty" }, "Nobody of these was there."));
    } else if (this.#chart === null) {
      this.#chart = new SpanChart(data);
      fill(this.#host, this.#chart.element);
    } else {
      this.#chart.update(data);
    }
  }
}

function figures(totals: Totals): HTMLElement {
  return slimTiles([
    ["Came", String(totals.came)],
    ["Expected", String(totals.expected)],
    ["Present", String(totals.present)],
    ["Late", String(totals.late)],
    ["Left early", String(totals.left_early)],
    ["Absent", String(totals.absent)],
    ["Not recognised", String(totals.unrecognised)],
  ]);
}

function say(host: HTMLElement, found: Person[], totals: Totals): void {
  const words = `${found.length} of ${totals.people} people are shown.`;
  if (host.textContent !== words) host.textContent = words;
}

function peopleTable(meeting: SeenMeeting, people: Person[], changed: () => void): HTMLElement {
  const decides = meeting.may_host && people.some((one) => outsideNames(one).length > 0);
  const heads = ["Name", "Status", "Came", "Left", "Time", "How known", ...(decides ? ["Who it is"] : [])];
  return recordsTable("Attendance, in the order they came", heads, people, (one) => [
    who(one),
    status(one),
    one.joined_at ? timeElement(one.joined_at) : "–",
    one.is_active ? h("span", { class: "nowrap" }, "Still there") : one.left_at ? timeElement(one.left_at) : "–",
    one.joined_at ? h("span", {}, h("span", { class: "nowrap" }, minutesText(one.minutes)), many(one)) : "–",
    knownText(one),
    ...(decides ? [decideButton(meeting, one, changed)] : []),
  ]);
}

function who(person: Person): HTMLElement {
  const { student } = person;
  const otherName = outsideNames(person).find(({ name }) => readableName(name) !== readableName(person.name));
  const notes: Child[] = [
    [person.employee_id, person.email].filter(Boolean).join(" · "),
    student ? `${student.firstName} ${student.lastName}, student ${student.studentId}` : null,
  ];
  return h("span", { class: "stacked" }, h("strong", {}, nameElement(person.name)), ...notes.map((note) => (note ? h("small", {}, note) : null)), otherName ? h("small", {}, "came as “", nameElement(otherName.name), "”") : null);
}

function status({ status: name, late_minutes, early_minutes, invited }: Person): HTMLElement {
  const details = [late_minutes > 0 ? `${minutesText(late_minutes)} late` : "", early_minutes > 0 ? `${minutesText(early_minutes)} early` : "", invited ? "expected" : ""].filter(Boolean).join(", ");
  return h("span", { class: "stacked status" }, h("span", { class: `tag attended-${name}` }, STATUS[name]), details ? h("small", {}, details) : null);
}

function many({ intervals }: Person): string {
  const times = intervals.filter(({ joined_at }) => joined_at !== null).length;
  return times > 1 ? ` in ${times} parts` : "";
}
