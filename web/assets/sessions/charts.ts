// Scheduled sessions by week: how many were held, called off or missed, and how long they took.

import type { ChartData } from "../lib/chart";

export interface SeriesPoint {
  day: string;
  pending: number;
  completed: number;
  cancelled: number;
  minutes: number;
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const hours = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function sessionCharts(points: SeriesPoint[]): ChartData[] {
  const labels = points.map((one) => day.format(Date.parse(one.day)));
  return [
    {
      title: "Sessions by week",
      unit: "Week from",
      labels,
      series: [
        { label: "Completed", values: points.map(({ completed }) => completed), color: "--chart-3" },
        { label: "Open", values: points.map(({ pending }) => pending), color: "--chart-1" },
        { label: "Called off", values: points.map(({ cancelled }) => cancelled), color: "--chart-2" },
      ],
    },
    {
      title: "Hours held by week",
      unit: "Week from",
      labels,
      series: [{ label: "Hours", values: points.map(({ minutes }) => minutes / 60), color: "--chart-3" }],
      text: (value) => hours.format(value),
    },
  ];
}
