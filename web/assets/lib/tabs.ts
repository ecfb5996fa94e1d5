// Tabs that are links: each is a filter's value in the address, so it opens in a new window too.

import { fill, h } from "./dom";
import type { Filters } from "./filters";

/** Draws the tabs into `host`; answers what draws them anew after the address changed. */
export function filterTabs<N extends string>(host: HTMLElement, filters: Filters<N>, name: N, tabs: [value: string, text: string][]): () => void {
  const values = (value: string): Partial<Record<N, string>> => ({ [name]: value }) as Partial<Record<N, string>>;
  const draw = (): void => {
    const focused = host.querySelector<HTMLElement>(":focus")?.dataset["value"];
    const links = tabs.map(([value, text]) => {
      const link = h("a", { href: filters.href(values(value)), "data-value": value, "aria-current": filters.get(name) === value ? "page" : null }, text);
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        filters.set(values(value));
      });
      return link;
    });
    fill(host, ...links);
    links.find((link) => link.dataset["value"] === focused)?.focus();
  };
  draw();
  return draw;
}
