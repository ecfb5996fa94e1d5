// Several charts from one answer: drawn once, then given new data.

import { BarChart, type ChartData } from "./chart";
import { h } from "./dom";
import { Section } from "./section";

export function chartsSection<T>(host: HTMLElement, load: () => Promise<T>, charts: (data: T) => ChartData[]): Section<T> {
  let drawn: BarChart[] | null = null;
  let view: HTMLElement | null = null;
  return new Section<T>(host, {
    load,
    render: (data) => {
      const all = charts(data);
      if (drawn === null || view === null) {
        drawn = all.map((each) => new BarChart(each));
        view = h("div", { class: "charts" }, ...drawn.map((chart) => h("div", { class: "panel" }, chart.element)));
      } else {
        drawn.forEach((chart, at) => chart.update(all[at] as ChartData));
      }
      return view;
    },
    empty: "",
  });
}
