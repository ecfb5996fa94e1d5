// Where a join code is typed, or a link pasted.

import { fill, freshId, h } from "../lib/dom";
import { icon } from "../lib/icons";
import { codeIn } from "./words";

/** Fills `form`; sends its user to the page of the code. */
export function codeForm(form: HTMLFormElement, value = ""): void {
  const id = freshId("code");
  const problem = h("p", { class: "field-problem", id: `${id}-problem`, role: "alert" });
  const input = h("input", {
    id,
    value,
    placeholder: "K7P 2QX",
    maxlength: 200,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    class: "code-input",
  });
  const go = (event: Event): void => {
    event.preventDefault();
    const code = codeIn(input.value);
    if (/^[0-9A-Z]{6}$/.test(code) || /^\d{9,12}$/.test(code)) {
      location.assign(`/join/${encodeURIComponent(code)}`);
      return;
    }
    fill(problem, icon("alert"), h("span", {}, code === "" ? "Type the code that the host shows." : "A code has six letters and digits, like K7P 2QX. A link works too."));
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", problem.id);
    input.focus();
  };
  form.addEventListener("submit", go);
  fill(form, h("label", { for: id }, "Join by code"), h("div", { class: "code-row" }, input, h("button", { class: "secondary", type: "submit" }, "Join")), problem);
}
