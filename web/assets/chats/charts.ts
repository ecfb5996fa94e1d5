// The chat over time: sessions, how fast it answers, how much it doesn't understand.

import type { ChartData } from "../lib/chart";
import { clockOf, dateText } from "../lib/time";
import type { ChatFigures, ChatPoint } from "./types";

const HOUR = 3_600_000; // ms
const DAY_OF_HOURS = 25; // begun ones in 24 hours
const STEPS = { hour: HOUR, day: 24 * HOUR };
const percent = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export function chatCharts({ since, until, step, points }: ChatFigures): ChartData[] {
  const width = STEPS[step];
  const first = Math.floor(Date.parse(since) / width) * width;
  const moments = Array.from({ length: Math.ceil((Date.parse(until) - first) / width) }, (_, at) => first + at * width);
  const found = new Map(points.map((one) => [Date.parse(one.at), one]));
  const every = <T>(value: (point: ChatPoint) => T, none: T): T[] => moments.map((at) => (found.has(at) ? value(found.get(at) as ChatPoint) : none));
  const unit = step === "hour" ? "Hour" : "Day";
  const short = moments.map((at) => (step === "hour" && moments.length <= DAY_OF_HOURS ? clockOf(at) : dateText(at)));
  const common = { unit, labels: step === "hour" ? moments.map((at) => `${dateText(at)}, ${clockOf(at)}`) : short, ticks: short };
  const milliseconds = (value: number): string => `${whole.format(value)} ms`;
  return [
    {
      ...common,
      title: step === "hour" ? "Chat sessions an hour" : "Chat sessions a day",
      series: [{ label: "Sessions", values: every(({ sessions }) => sessions, 0), color: "--chart-1" }],
    },
    {
      ...common,
      title: "First response of a session",
      series: [{ label: "Half of them within", values: every<number | null>((one) => one.first_response_p50_ms, null), color: "--chart-2" }],
      measured: true,
      text: milliseconds,
    },
    {
      ...common,
      title: "Response time",
      series: [
        { label: "Half of them within (p50)", values: every<number | null>((one) => one.response_p50_ms, null), color: "--chart-1" },
        { label: "95 % of them within (p95)", values: every<number | null>((one) => one.response_p95_ms, null), color: "--chart-2" },
      ],
      paired: true,
      measured: true,
      text: milliseconds,
    },
    {
      ...common,
      title: "Not understood",
      series: [{ label: "Share of messages", values: every<number | null>(({ fallback_rate }) => (fallback_rate === null ? null : 100 * fallback_rate), null), color: "--chart-2" }],
      measured: true,
      text: (value) => `${percent.format(value)} %`,
    },
  ];
}
