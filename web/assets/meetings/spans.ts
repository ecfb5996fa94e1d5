// The intervals of a meeting as the lanes of a picture.

import type { Lane, Span, SpanData } from "../lib/span-chart";
import { clockOf } from "../lib/time";
import type { Interval, Meeting, Person } from "./types";

const SOURCES: Readonly<Record<string, string>> = { web: "here", api: "here", chat: "in the chat", zoom: "in Zoom" };

export function spansOf(meeting: Meeting, people: Person[]): SpanData {
  const planned: [string | null, string][] = [
    [meeting.starts_at, "begins"],
    [meeting.ends_at, "ends"],
  ];
  return {
    title: "Who was here when",
    kinds: [
      ["present", "There"],
      ["late", "There, came late"],
    ],
    lanes: people.map(laneOf).filter(({ spans }) => spans.length > 0),
    marks: planned.flatMap(([at, word]) => (at ? [{ at: Date.parse(at), text: `${word} ${clockOf(Date.parse(at))}` }] : [])),
    live: meeting.status === "live",
  };
}

function laneOf({ name, status, intervals }: Person): Lane {
  return { name, spans: intervals.flatMap((one, index) => spanOf(one, index === 0 ? status : "present")) };
}

function spanOf(interval: Interval, kind: string): Span[] {
  if (interval.joined_at === null) return [];
  const how = interval.device ? `on ${interval.device}` : (SOURCES[interval.source] ?? "");
  return [{ from: Date.parse(interval.joined_at), to: interval.left_at ? Date.parse(interval.left_at) : null, kind: kind === "late" ? "late" : "present", ...(how ? { note: how } : {}) }];
}
