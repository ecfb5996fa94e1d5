// Names that came from outside (Zoom, a client) are whatever somebody typed there. They are shown
// as text, alone in their direction, without characters that can't be seen.

import { h } from "./dom";

const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
const UNSEEN = /\p{Cf}/gu; // turns of direction, soft hyphens, marks without width
const JOINERS = new Set(["\u200c", "\u200d"]); // parts of letters in some scripts

/** The name as one line that can be read; never empty. */
export function readableName(name: string | null | undefined): string {
  const seen = (name ?? "").replace(BREAKS, " ").replace(UNSEEN, (one) => (JOINERS.has(one) ? one : ""));
  return seen.replace(/\s+/g, " ").trim() || "No name";
}

/** The same as an element that its neighbours' direction doesn't change, nor it theirs. */
export function nameElement(name: string | null | undefined): HTMLElement {
  return h("bdi", { class: "name" }, readableName(name));
}

/** At most `length` letters, as people count them. */
export function shortened(text: string, length: number): string {
  const letters = Array.from(new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text), ({ segment }) => segment);
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
}
