// Three charts from the statistics: registrations by type, activity by day, tasks by priority.

import { BarChart, type ChartData } from "../lib/chart";
import { h } from "../lib/dom";
import { label } from "../lib/labels";
import { Section } from "../lib/section";
import type { Statistics } from "../lib/types";

export function chartsSection(host: HTMLElement, load: () => Promise<Statistics>): Section<Statistics> {
  let charts: BarChart[] | null = null;
  let view: HTMLElement | null = null;
  return new Section<Statistics>(host, {
    load,
    render: (data) => {
      const all = [activityByDay(data), registrationsByType(data), tasksByPriority(data)];
      if (charts === null || view === null) {
        charts = all.map((each) => new BarChart(each));
        view = h("div", { class: "charts" }, ...charts.map((chart) => h("div", { class: "panel" }, chart.element)));
      } else {
        charts.forEach((chart, at) => chart.update(all[at] as ChartData));
      }
      return view;
    },
    empty: "",
  });
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
