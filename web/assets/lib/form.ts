// Forms that send themselves: labelled fields, problems said beside the field they are about, and
// nothing that was typed is lost when the server says no.

import { type Child, fill, freshId, h } from "./dom";
import { ApiError, explain } from "./http";
import { icon } from "./icons";
import { clockAfter, waitText } from "./time";

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export interface Field {
  /** What the API calls it. */
  name: string;
  row: HTMLElement;
  input: Input;
  required: boolean;
}

interface FieldOptions {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
}

interface TextOptions extends FieldOptions {
  value?: string | null | undefined;
  /** Further attributes of the input. */
  attributes?: Record<string, string | number | boolean | null>;
  /** In the same line. */
  beside?: HTMLElement;
}

export function textField(options: TextOptions): Field {
  const id = freshId("field");
  const { name, value, attributes, beside } = options;
  const input = h("input", { id, name, value, spellcheck: "false", autocomplete: "off", ...attributes });
  return field(options, input, beside === undefined ? input : h("div", { class: "input-row" }, input, beside));
}

/** A text of several lines, which grows with what is typed. */
export function longField(options: TextOptions): Field {
  const { name, value, attributes } = options;
  const input = h("textarea", { id: freshId("field"), name, rows: 4, spellcheck: "true", ...attributes }, value ?? "");
  return field(options, input, input);
}

export function selectField(options: FieldOptions & { choices: [value: string, text: string][]; value: string }): Field {
  const { name, value, choices } = options;
  const input = h("select", { id: freshId("field"), name }, ...choices.map(([each, text]) => h("option", { value: each, selected: each === value }, text)));
  return field(options, input, input);
}

/** A masked input with a button that shows what is typed. Pasting is fine. */
export function secretField(options: TextOptions & { autocomplete: string }): Field {
  const { name, autocomplete, label } = options;
  const input = h("input", { id: freshId("secret"), name, type: "password", autocomplete, ...options.attributes });
  const toggle = h("button", { class: "reveal", type: "button", "aria-label": `Show ${label.toLowerCase()}`, "aria-pressed": "false" }, icon("eye"));
  toggle.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    toggle.setAttribute("aria-pressed", String(!shown));
  });
  return field(options, input, h("div", { class: "secret" }, input, toggle));
}

function field({ name, label, hint, required = true }: FieldOptions, input: Input, control: HTMLElement): Field {
  if (required) input.required = true;
  const hintId = freshId("hint");
  if (hint) input.setAttribute("aria-describedby", hintId);
  const row = h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, label, required ? null : h("span", { class: "quiet" }, " (optional)")),
    control,
    hint ? h("small", { id: hintId }, hint) : null,
  );
  return { name, row, input, required };
}

export interface FormOptions {
  fields: Field[];
  verb: string;
  /** Sends it; what it throws is said in the form. */
  send: () => Promise<void>;
  /** Beside the button. */
  beside?: Child[];
  /** Between the fields and the button. */
  above?: Child[];
  /** After a failure; the field to go to may be told. */
  failed?: (error: unknown) => Field | undefined;
}

export function actionForm({ fields, verb, send, beside = [], above = [], failed }: FormOptions): HTMLFormElement {
  const problem = h("p", { class: "problem", role: "alert" });
  const submit = h("button", { class: "primary", type: "submit" }, verb);
  const say = (text: string): void => fill(problem, icon("alert"), h("span", {}, text));

  const run = async (): Promise<void> => {
    fill(problem);
    mark(fields, {});
    submit.setAttribute("aria-disabled", "true");
    try {
      await send();
    } catch (error) {
      say(problemText(error));
      const marked = error instanceof ApiError ? mark(fields, error.fields) : undefined;
      (failed?.(error) ?? marked)?.input.focus();
    } finally {
      submit.removeAttribute("aria-disabled");
    }
  };
  const check = (event: Event): void => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled") === "true") return;
    const missing = fields.find((each) => each.required && !each.input.value.trim());
    if (missing) {
      say("Please fill this in first.");
      missing.input.focus();
    } else {
      void run();
    }
  };
  return h(
    "form",
    { class: "form", novalidate: true, on: { submit: check } },
    ...fields.map(({ row }) => row),
    ...above,
    problem,
    h("div", { class: "form-actions" }, submit, ...beside),
  );
}

/** What is in a field, without blanks around it; null when there is nothing. */
export function valueOf({ input }: Field): string | null {
  return input.value.trim() || null;
}

/** Says each problem at its field; the first field that has one. */
function mark(fields: Field[], problems: Record<string, string>): Field | undefined {
  for (const { name, row, input } of fields) {
    const old = row.querySelector(".field-problem");
    if (old) describe(input, old.id, false);
    old?.remove();
    const problem = problems[name];
    input.toggleAttribute("aria-invalid", problem !== undefined);
    if (problem === undefined) continue;
    const id = freshId("problem");
    describe(input, id, true);
    row.append(h("p", { class: "field-problem", id }, problem));
  }
  return fields.find(({ name }) => problems[name] !== undefined);
}

/** Adds an id to what describes the input, or takes it out, beside a hint's. */
function describe(input: Input, id: string, on: boolean): void {
  const ids = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  if (on) ids.push(id);
  if (ids.length > 0) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}

function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return explain(error);
  if (error.status !== 429 || error.retryAfter === null) return error.message;
  return `Too many tries. Try again in ${waitText(error.retryAfter)}, at ${clockAfter(error.retryAfter)}.`;
}
