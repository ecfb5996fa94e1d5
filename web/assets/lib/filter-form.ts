// The controls of a page's filters: each change is in the address at once.

import { fill, freshId, gathered, h } from "./dom";
import type { Filters } from "./filters";

const TYPING = 250; // ms

export type FilterControl<N extends string> =
  | { name: N; label: string; choices: [value: string, text: string][] }
  | { name: N; label: string; placeholder: string }
  /** A day, as "2026-11-21". */
  | { name: N; label: string; day: true };

/** Draws the controls into `form`; answers what shows the address's values again after going back. */
export function filterForm<N extends string>(form: HTMLFormElement, filters: Filters<N>, controls: FilterControl<N>[]): () => void {
  const set = (name: N, value: string, quietly = false): void => filters.set({ [name]: value } as Partial<Record<N, string>>, quietly);
  const made = controls.map((control) => {
    const id = freshId("filter");
    const { name } = control;
    if ("choices" in control) {
      const select = h("select", { id, on: { change: () => set(name, select.value) } }, ...control.choices.map(([value, text]) => h("option", { value }, text)));
      return { control, input: select };
    }
    if ("day" in control) {
      const input = h("input", { id, type: "date", max: "9999-12-31" });
      input.addEventListener("change", () => set(name, input.value));
      return { control, input };
    }
    const input = h("input", { id, type: "search", placeholder: control.placeholder, autocomplete: "off", maxlength: 80 });
    input.addEventListener("input", gathered(() => set(name, input.value.trim(), true), TYPING));
    return { control, input };
  });
  fill(form, ...made.map(({ control, input }) => h("div", {}, h("label", { for: input.id }, control.label), input)));
  form.addEventListener("submit", (event) => event.preventDefault());
  const show = (): void => {
    for (const { control, input } of made) {
      // What somebody is typing right now is newer than the address.
      if (document.activeElement !== input || input instanceof HTMLSelectElement) input.value = filters.get(control.name);
    }
  };
  show();
  return show;
}
