// The first sign-in: an activation code becomes a passphrase of one's own.

import { focusSignIn, signInForm } from "../auth/sign-in-form";
import { fill, need } from "../lib/dom";

export function startActivation(): void {
  const employeeId = new URLSearchParams(location.search).get("employee_id")?.trim().toUpperCase();
  const form = signInForm({ first: true, ...(employeeId ? { employeeId } : {}), onDone: () => location.assign("/") });
  fill(need(document, "[data-activate]"), form);
  focusSignIn(form);
}
