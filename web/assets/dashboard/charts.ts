// Three charts from the statistics: registrations by type, activity by day, tasks by priority.

import type { ChartData } from "../lib/chart";
import { label } from "../lib/labels";
import type { Statistics } from "../lib/types";

export function statisticsCharts(data: Statistics): ChartData[] {
  return [activityByDay(data), registrationsByType(data), tasksByPriority(data)];
}

function activityByDay({ activity_by_day }: Statistics): ChartData {
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
  return {
    title: "Activity in the last 30 days",
    unit: "Day",
    labels: activity_by_day.map((each) => day.format(new Date(`${each.day}T00:00:00Z`))),
    series: [{ label: "Activities", values: activity_by_day.map((each) => each.count), color: "--chart-1" }],
  };
}

function registrationsByType({ registrations_by_type }: Statistics): ChartData {
  return {
    title: "Registrations by type",
    unit: "Type",
    labels: registrations_by_type.map((each) => label(each.label)),
    series: [{ label: "Registrations", values: registrations_by_type.map((each) => each.count), color: "--chart-2" }],
  };
}

function tasksByPriority({ tasks_by_priority }: Statistics): ChartData {
  return {
    title: "Tasks by priority",
    unit: "Priority",
    labels: tasks_by_priority.map((each) => label(each.priority)),
    series: [
      { label: "Completed", values: tasks_by_priority.map((each) => each.completed), color: "--chart-3" },
      { label: "Open", values: tasks_by_priority.map((each) => each.open), color: "--chart-1" },
    ],
  };
}
