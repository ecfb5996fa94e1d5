// The frame around every page: theme switch, the signed-in person, sign-out.

import { initials } from "../chat/cards";
import { account } from "../lib/account";
import { fill, h, need } from "../lib/dom";
import { icon } from "../lib/icons";
import { label } from "../lib/labels";
import { followTheme, isDark, switchTheme } from "../lib/theme";
import type { Employee } from "../lib/types";

/** Light or dark, kept for the next visit; until it is pressed the system decides. */
export function startThemeSwitch(): void {
  const button = need<HTMLButtonElement>(document, "[data-theme-switch]");
  button.addEventListener("click", switchTheme);
  followTheme(() => button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme"));
}

/** The server has drawn who is signed in; signing in or out on the page redraws it. */
export function startAccountMenu(): void {
  const host = need(document, "[data-account]");
  const bind = (): void => host.querySelector("[data-sign-out]")?.addEventListener("click", () => void leave());
  account.addEventListener("change", () => {
    drawAccount(host, account.employee);
    showLinks(account.employee?.role ?? "");
    bind();
  });
  bind();
}

/** The links of the pages that this role may open; the server has drawn them all, hidden or not. */
function showLinks(role: string): void {
  for (const link of document.querySelectorAll<HTMLElement>("nav [data-roles]")) {
    link.hidden = !link.dataset["roles"]?.split(" ").includes(role);
  }
}

function drawAccount(host: Element, employee: Employee | null): void {
  if (employee === null) {
    fill(host, h("span", { class: "who-out" }, "Not signed in"));
    return;
  }
  fill(
    host,
    h(
      "a",
      { class: "me", href: "/account", title: "Your account" },
      h("span", { class: "avatar", "aria-hidden": "true" }, initials(employee.name)),
      h("span", { class: "who" }, h("strong", {}, employee.name), h("small", {}, `${employee.employee_id} · ${label(employee.role)}`)),
    ),
    h("button", { class: "icon-button", type: "button", "data-sign-out": true, "aria-label": "Sign out", title: "Sign out" }, icon("out")),
  );
}

async function leave(): Promise<void> {
  try {
    await account.signOut();
  } finally {
    // A fresh page, so that nothing of the person stays on the screen or in memory.
    location.assign(location.pathname);
  }
}
