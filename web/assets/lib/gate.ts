// Pages for somebody who is signed in: who isn't signs in right there and is where they wanted to be.

import { focusSignIn, signInForm } from "../auth/sign-in-form";
import { account } from "./account";
import { fill, h, need } from "./dom";
import { explain } from "./http";
import { icon } from "./icons";

/** Shows `main` to whom it is for. `title` says what one signs in for. */
export async function gated(main: HTMLElement, title: string, show: () => void): Promise<void> {
  const gate = need(document, "[data-gate]");
  account.addEventListener("change", () => {
    // Somebody else's record must not stay on the screen: begin anew.
    if (account.me === null) location.reload();
  });
  try {
    if ((await account.load()) === null) {
      askToSignIn(gate, title);
    } else if (isFor(main)) {
      gate.hidden = true;
      main.hidden = false;
      show();
    } else {
      location.reload(); // drawn while the sign-in had run out: the server knows better by now
    }
  } catch (error) {
    const again = h("button", { type: "button", class: "secondary", on: { click: () => location.reload() } }, "Try again");
    fill(gate, h("div", { class: "failure", role: "alert" }, h("p", {}, icon("alert"), explain(error)), again));
  }
}

function isFor(main: HTMLElement): boolean {
  const roles = main.dataset["roles"];
  return roles === undefined || roles.split(" ").includes(account.employee?.role ?? "");
}

function askToSignIn(gate: HTMLElement, title: string): void {
  const form = signInForm({ onDone: () => location.reload() });
  fill(gate, h("section", { class: "panel gate" }, h("div", { class: "gate-head" }, icon("lock"), h("h2", {}, title)), form));
  focusSignIn(form);
}
