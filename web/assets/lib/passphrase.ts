// Choosing a passphrase: the field, and beside it in words how good what is typed so far is. The
// server has the last word: it also knows the ones that everybody uses.

import { fill, freshId, h } from "./dom";
import { type Field, secretField } from "./form";

const SHORTEST = 8;
const RECOMMENDED = 15;
const FEW_DIFFERENT = 5;

interface Verdict {
  /** 0 (can't be taken) to 3 (good). */
  level: number;
  text: string;
}

/** A field for a new passphrase. `name` is what the API calls it. */
export function newPassphraseField(name: string): Field {
  const field = secretField({ name, label: "New passphrase", autocomplete: "new-password" });
  const meter = h("span", { class: "strength", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const words = h("small", { id: freshId("strength"), "aria-live": "polite" });
  field.row.append(meter, words);
  field.input.setAttribute("aria-describedby", words.id);
  const show = (): void => {
    const { level, text } = judge(field.input.value);
    meter.dataset["level"] = String(level);
    if (words.textContent !== text) fill(words, text);
  };
  field.input.addEventListener("input", show);
  show();
  return field;
}

function judge(passphrase: string): Verdict {
  const letters = Array.from(passphrase);
  if (letters.length === 0) return { level: 0, text: `At least ${SHORTEST} characters; ${RECOMMENDED} or more are better. A few words are easy to keep in mind.` };
  if (letters.length < SHORTEST) return { level: 0, text: `At least ${SHORTEST} characters.` };
  if (new Set(letters).size < FEW_DIFFERENT) return { level: 1, text: "Easy to guess: it has too few different characters." };
  if (letters.length < RECOMMENDED) return { level: 2, text: `Can be used. ${RECOMMENDED} characters or more are better.` };
  return { level: 3, text: "A good length." };
}
