// A list of any length, page after page: as many as were asked for stay shown when it is fetched anew.

import { account } from "./account";
import { h } from "./dom";
import { Section } from "./section";
import type { Page } from "./types";

interface PagedOptions<T> {
  /** The address of the list, with its filters. */
  path: () => string;
  rows: (items: T[]) => Node;
  empty: () => string;
}

export class Paged<T> {
  readonly #section: Section<Page<T>>;
  readonly #options: PagedOptions<T>;
  #pages = 1;

  constructor(host: HTMLElement, options: PagedOptions<T>) {
    this.#options = options;
    this.#section = new Section<Page<T>>(host, {
      load: () => this.#load(),
      render: (page) => (page.items.length > 0 ? this.#view(page) : null),
      empty: options.empty,
    });
  }

  refresh(): Promise<void> {
    return this.#section.refresh();
  }

  /** The filters have changed: from the first page on. */
  restart(): Promise<void> {
    this.#pages = 1;
    return this.refresh();
  }

  async #load(): Promise<Page<T>> {
    const path = this.#options.path();
    const items: T[] = [];
    let next: string | null = null;
    for (let page = 0; page < this.#pages && (page === 0 || next !== null); page += 1) {
      const after: string = next === null ? "" : `&after=${encodeURIComponent(next)}`;
      const found: Page<T> = await account.http.get<Page<T>>(path + after);
      items.push(...found.items);
      next = found.next;
    }
    return { items, next };
  }

  #view({ items, next }: Page<T>): HTMLElement {
    const more = h("button", { type: "button", class: "secondary small", "data-key": "more" }, "Show more");
    more.addEventListener("click", () => {
      this.#pages += 1;
      void this.refresh();
    });
    return h("div", {}, this.#options.rows(items), next === null ? null : h("p", { class: "more-row" }, more));
  }
}
