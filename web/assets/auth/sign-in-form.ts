// The masked sign-in form: the only place where a passphrase is typed. It goes to /api/auth and
// nowhere else; the chat never sees it. Used by the chat component and by the dashboard.

import { account } from "../lib/account";
import { fill, freshId, h } from "../lib/dom";
import { ApiError, explain } from "../lib/http";
import { icon } from "../lib/icons";
import { clockAfter, waitText } from "../lib/time";
import type { SignedIn } from "../lib/types";

export interface SignInOptions {
  /** Claimed in the chat; without it the form asks for it. */
  employeeId?: string;
  onDone: (answer: SignedIn) => void;
}

interface Field {
  row: HTMLElement;
  input: HTMLInputElement;
}

/** A form for the passphrase, with a second face for the first sign-in by activation code. */
export function signInForm(options: SignInOptions): HTMLElement {
  const host = h("div", { class: "sign-in" });
  const show = (face: Face): void => {
    const form = faceForm(options, face, () => show(face === "code" ? "passphrase" : "code"));
    const hadFocus = host.contains(deepActive(host));
    fill(host, form);
    if (hadFocus) firstEmpty(form)?.focus();
  };
  show("passphrase");
  return host;
}

/** Puts the cursor where the person has to type. */
export function focusSignIn(host: HTMLElement): void {
  firstEmpty(host)?.focus();
}

type Face = "passphrase" | "code";

function faceForm(options: SignInOptions, face: Face, swap: () => void): HTMLFormElement {
  const id = idField(options.employeeId);
  const code = face === "code" ? textField("Activation code", "one-time-code") : null;
  const secret =
    face === "code"
      ? secretField("New passphrase", "new-password", "At least 8 characters; 15 or more are better.")
      : secretField("Passphrase", "current-password");
  const problem = h("p", { class: "problem", role: "alert" });
  const submit = h("button", { class: "primary", type: "submit" }, face === "code" ? "Set passphrase and sign in" : "Sign in");
  const other = h(
    "button",
    { class: "link", type: "button", on: { click: swap } },
    face === "code" ? "I have a passphrase" : "I have an activation code",
  );

  const run = async (): Promise<void> => {
    fill(problem);
    mark([id, code, secret], {});
    submit.setAttribute("aria-disabled", "true");
    try {
      const who = id.input.value.trim();
      const answer =
        code === null
          ? await account.signIn(who, secret.input.value)
          : await account.activate(who, code.input.value.trim(), secret.input.value);
      secret.input.value = "";
      options.onDone(answer);
    } catch (error) {
      fill(problem, icon("alert"), h("span", {}, problemText(error)));
      if (error instanceof ApiError && error.status === 422) {
        mark([id, code, secret], error.fields);
      } else {
        secret.input.value = "";
      }
      secret.input.focus();
    } finally {
      submit.removeAttribute("aria-disabled");
    }
  };

  return h(
    "form",
    {
      class: "sign-in-form",
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          if (submit.getAttribute("aria-disabled") === "true") return;
          const missing = [id, code, secret].find((field) => field && !field.input.value.trim());
          if (missing) {
            fill(problem, icon("alert"), h("span", {}, "Please fill this in first."));
            missing.input.focus();
            return;
          }
          void run();
        },
      },
    },
    id.row,
    code?.row,
    secret.row,
    problem,
    h("div", { class: "sign-in-actions" }, submit, other),
  );
}

/** A known id is shown, not asked for; the hidden input lets password managers pair the two. */
function idField(known: string | undefined): Field {
  const name = freshId("employee");
  const input = h("input", {
    id: name,
    name: "username",
    autocomplete: "username",
    autocapitalize: "characters",
    spellcheck: "false",
    value: known,
    readonly: known !== undefined,
    tabindex: known === undefined ? null : -1,
    placeholder: known === undefined ? "EMP001" : null,
    required: true,
  });
  const row = h("div", { class: "field" }, h("label", { for: name }, "Employee ID"), input);
  return { row, input };
}

function textField(label: string, autocomplete: string): Field {
  const id = freshId("field");
  const input = h("input", { id, name: "code", autocomplete, spellcheck: "false", required: true });
  return { row: h("div", { class: "field" }, h("label", { for: id }, label), input), input };
}

/** A masked input with a button that shows what is typed. */
function secretField(label: string, autocomplete: string, hint?: string): Field {
  const id = freshId("secret");
  const input = h("input", { id, name: "passphrase", type: "password", autocomplete, required: true });
  const toggle = h(
    "button",
    {
      class: "reveal",
      type: "button",
      "aria-label": "Show passphrase",
      "aria-pressed": "false",
      on: {
        click: () => {
          const shown = input.type === "text";
          input.type = shown ? "password" : "text";
          toggle.setAttribute("aria-pressed", String(!shown));
        },
      },
    },
    icon("eye"),
  );
  const row = h("div", { class: "field" }, h("label", { for: id }, label), h("div", { class: "secret" }, input, toggle), hint ? h("small", {}, hint) : null);
  return { row, input };
}

function mark(fields: (Field | null)[], problems: Record<string, string>): void {
  for (const field of fields) {
    if (field === null) continue;
    const key = field.input.name === "username" ? "employee_id" : field.input.name;
    field.row.querySelector(".field-problem")?.remove();
    const problem = problems[key];
    field.input.toggleAttribute("aria-invalid", problem !== undefined);
    if (problem === undefined) continue;
    const id = freshId("problem");
    field.input.setAttribute("aria-describedby", id);
    field.row.append(h("p", { class: "field-problem", id }, problem));
  }
}

function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return explain(error);
  if (error.status !== 429 || error.retryAfter === null) return error.message;
  return `Too many tries. Try again in ${waitText(error.retryAfter)}, at ${clockAfter(error.retryAfter)}.`;
}

function firstEmpty(host: HTMLElement): HTMLInputElement | undefined {
  return Array.from(host.querySelectorAll("input")).find((input) => !input.readOnly && !input.value);
}

/** The focused element, also inside of the shadow root that holds `host`. */
function deepActive(host: HTMLElement): Element | null {
  return (host.getRootNode() as Document | ShadowRoot).activeElement;
}
