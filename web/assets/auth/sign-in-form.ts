// The masked sign-in form: where a passphrase is typed to sign in. It goes to /api/auth and
// nowhere else; the chat never sees it. Used by the chat component and by the pages.

import { account } from "../lib/account";
import { fill, h } from "../lib/dom";
import { actionForm, type Field, secretField, textField } from "../lib/form";
import { ApiError } from "../lib/http";
import { newPassphraseField } from "../lib/passphrase";
import type { SignedIn } from "../lib/types";

export interface SignInOptions {
  /** Claimed in the chat; without it the form asks for it. */
  employeeId?: string;
  /** Begin with the activation code of a first sign-in. */
  first?: boolean;
  onDone: (answer: SignedIn) => void;
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
  show(options.first ? "code" : "passphrase");
  return host;
}

/** Puts the cursor where the person has to type. */
export function focusSignIn(host: HTMLElement): void {
  firstEmpty(host)?.focus();
}

type Face = "passphrase" | "code";

function faceForm(options: SignInOptions, face: Face, swap: () => void): HTMLFormElement {
  const id = idField(options.employeeId);
  const code = face === "code" ? textField({ name: "code", label: "Activation code", attributes: { autocomplete: "one-time-code", autocapitalize: "characters" } }) : null;
  const secret =
    code === null
      ? secretField({ name: "passphrase", label: "Passphrase", autocomplete: "current-password" })
      : newPassphraseField("passphrase");
  const other = h("button", { class: "link", type: "button", on: { click: swap } }, code === null ? "I have an activation code" : "I have a passphrase");

  return actionForm({
    fields: code === null ? [id, secret] : [id, code, secret],
    verb: code === null ? "Sign in" : "Set passphrase and sign in",
    beside: [other],
    send: async () => {
      const who = id.input.value.trim();
      const answer =
        code === null
          ? await account.signIn(who, secret.input.value)
          : await account.activate(who, code.input.value.trim(), secret.input.value);
      secret.input.value = "";
      options.onDone(answer);
    },
    failed: (error) => {
      const kept = error instanceof ApiError && error.status === 422;
      if (!kept) secret.input.value = "";
      return kept ? undefined : secret;
    },
  });
}

/** A known id is shown, not asked for; password managers pair it with the passphrase. */
function idField(known: string | undefined): Field {
  const field = textField({
    name: "employee_id",
    label: "Employee ID",
    value: known,
    attributes: { name: "username", autocomplete: "username", autocapitalize: "characters", placeholder: known === undefined ? "EMP001" : null },
  });
  if (known !== undefined) {
    (field.input as HTMLInputElement).readOnly = true;
    field.input.tabIndex = -1;
  }
  return field;
}

function firstEmpty(host: HTMLElement): HTMLInputElement | undefined {
  return Array.from(host.querySelectorAll("input")).find((input) => !input.readOnly && !input.value);
}

/** The focused element, also inside of the shadow root that holds `host`. */
function deepActive(host: HTMLElement): Element | null {
  return (host.getRootNode() as Document | ShadowRoot).activeElement;
}
