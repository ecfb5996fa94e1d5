// The attendance report of one meeting: who came, when, and who was expected and did not.

import { gathered, h, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { nameElement } from "../lib/names";
import { Section } from "../lib/section";
import { SpanChart } from "../lib/span-chart";
import { recordsTable } from "../lib/table";
import { minutesText, timeElement } from "../lib/time";
import { fetchMeeting, showHead } from "../meetings/head";
import { fetchPeople } from "../meetings/people";
import { spansOf } from "../meetings/spans";
import type { Person, SeenMeeting } from "../meetings/types";
import { sayZone } from "../meetings/words";

const SETTLE = 500; // ms: several changes at once are fetched once

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
  const people = new Section<Person[]>(part("people"), {
    load: async () => {
      const { people: found } = await fetchPeople(meeting.id);
      times.show(found);
      return found;
    },
    render: (found) => (found.length > 0 ? peopleTable(found) : null),
    empty: "Nobody came, and nobody was expected.",
  });
  const times = new Section<Person[]>(part("times"), { load: async () => [], render: (found) => picture(meeting, found), empty: "Nobody was there." });
  const soon = gathered(() => void people.refresh(), SETTLE);
  void openLive({ watch: meeting.id, activity: ({ data, kind }) => (data["meeting"] === meeting.id && kind !== "attendance.fetched" ? soon() : undefined), connected: soon, lost: () => undefined });
  void people.refresh();
}

function picture(meeting: SeenMeeting, people: Person[]): HTMLElement | null {
  const data = spansOf(meeting, people);
  return data.lanes.length > 0 ? new SpanChart(data).element : null;
}

function peopleTable(people: Person[]): HTMLElement {
  return recordsTable("Attendance", ["Name", "Status", "Came", "Left", "Time"], people, (one) => [
    h("span", { class: "stacked" }, h("strong", {}, nameElement(one.name)), one.email ? h("small", {}, one.email) : null),
    h("span", { class: `tag attended-${one.status}` }, STATUS[one.status]),
    one.joined_at ? timeElement(one.joined_at) : "–",
    one.is_active ? "Still there" : one.left_at ? timeElement(one.left_at) : "–",
    one.joined_at ? minutesText(one.minutes) : "–",
  ]);
}
