// Filters that are part of the page's address: a link shows what its sender saw, and the browser's
// way back goes through them.

import { startOfDay } from "./time";

const DAY = 86_400_000; // ms

/** Days (`since`, `until`) as the moments that the API wants; the last day counts to its end. */
export function dayBounds(params: URLSearchParams): void {
  for (const [name, later] of [["since", 0], ["until", DAY]] as const) {
    const day = Date.parse(`${params.get(name) ?? ""}T00:00Z`);
    if (Number.isNaN(day)) params.delete(name);
    else params.set(name, startOfDay(new Date(day + later).toISOString().slice(0, 10)));
  }
}

export class Filters<N extends string> {
  readonly #defaults: Readonly<Record<N, string>>;
  readonly #changed: () => void;

  /** `defaults` names every filter; `changed` is called after each change, also by going back. */
  constructor(defaults: Readonly<Record<N, string>>, changed: () => void) {
    this.#defaults = defaults;
    this.#changed = changed;
    window.addEventListener("popstate", changed);
  }

  get(name: N): string {
    return this.#address().get(name)?.trim() || this.#defaults[name];
  }

  /** Sets some of them. `quietly` leaves no step to go back to: for what is typed letter by letter. */
  set(values: Partial<Record<N, string>>, quietly = false): void {
    const search = this.#with(values).toString();
    const address = location.pathname + (search && `?${search}`);
    if (quietly) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.#changed();
  }

  /** The address of the same page with other values, for a link. */
  href(values: Partial<Record<N, string>>): string {
    const search = this.#with(values).toString();
    return location.pathname + (search && `?${search}`);
  }

  /** Those that differ from their defaults, as parameters. */
  get params(): URLSearchParams {
    return this.#with({});
  }

  #address(): URLSearchParams {
    return new URLSearchParams(location.search);
  }

  #with(values: Partial<Record<N, string>>): URLSearchParams {
    const names = Object.keys(this.#defaults) as N[];
    const all = names.map((name): [N, string] => [name, values[name] ?? this.get(name)]);
    return new URLSearchParams(all.filter(([name, value]) => value !== this.#defaults[name]));
  }
}
