// Admin → API tokens: what programs call the API with.

import { account } from "../lib/account";
import { gathered, h, hidden, need } from "../lib/dom";
import { confirmed, openDialog, showOnce } from "../lib/dialog";
import { actionForm, selectField, textField, valueOf } from "../lib/form";
import { gated } from "../lib/gate";
import { ApiError, uuid } from "../lib/http";
import { openLive } from "../lib/live";
import { Paged } from "../lib/paged";
import { nameOf } from "../lib/people";
import { recordsTable } from "../lib/table";
import { shortTime, timeElement } from "../lib/time";
import type { Page } from "../lib/types";

const PAGE = 50;
const SETTLE = 250; // ms: several changes at once are fetched once
const LIFETIMES: [string, string][] = [["7", "7 days"], ["30", "30 days"], ["90", "90 days"], ["180", "180 days"], ["365", "A year"]];

interface ApiToken {
  id: string;
  name: string;
  prefix: string;
  employee_id: string;
  scopes: string[];
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

interface Scope {
  scope: string;
  means: string;
}

export function startApiTokensPage(): void {
  const main = need(document, "[data-api-tokens]");
  void gated(main, "Sign in to look after API tokens", () => show(main));
}

function show(main: HTMLElement): void {
  let name: (id: string) => string = (id) => id;
  const list = new Paged<ApiToken>(need(main, '[data-part="tokens"]'), {
    path: () => `/api/v1/api-tokens?limit=${PAGE}`,
    rows: (items) => tokensTable(items, name, () => void list.refresh()),
    empty: () => "No tokens yet. A program that writes to the record or reads it gets one of its own.",
  });
  void nameOf().then((found) => {
    name = found;
    void list.refresh();
  });
  need(main, "[data-add]").addEventListener("click", () => issue(() => void list.refresh()));
  const soon = gathered(() => void list.refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (kind.startsWith("token.") ? soon() : undefined), stale: soon });
}

function tokensTable(items: ApiToken[], name: (id: string) => string, changed: () => void): HTMLElement {
  return recordsTable("API tokens, newest first", ["Name", "Stands for", "Scopes", "Last used", "Good until", "Revoke"], items, (token) => [
    h("span", { class: "stacked" }, h("strong", {}, token.name), h("small", { class: "mono" }, `${token.prefix}…`)),
    name(token.employee_id),
    h("span", { class: "tags" }, ...token.scopes.map((scope) => h("span", { class: "tag" }, scope))),
    token.last_used_at === null ? "Never" : timeElement(token.last_used_at),
    stateOf(token),
    isOver(token) ? "–" : revokeButton(token, changed),
  ]);
}

function isOver({ revoked_at, expires_at }: ApiToken): boolean {
  return revoked_at !== null || Date.parse(expires_at) <= Date.now();
}

function stateOf(token: ApiToken): HTMLElement {
  if (token.revoked_at !== null) return h("span", { class: "tag late" }, `Revoked ${shortTime(token.revoked_at)}`);
  return isOver(token) ? h("span", { class: "tag" }, `Expired ${shortTime(token.expires_at)}`) : timeElement(token.expires_at);
}

function revokeButton(token: ApiToken, changed: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "secondary small", "data-key": token.id }, "Revoke", hidden(` ${token.name}`));
  button.addEventListener("click", () =>
    confirmed({
      title: `Revoke “${token.name}”?`,
      text: "The program that uses it is refused from its next call on. This can't be taken back; a new token can be made.",
      verb: "Revoke it",
      run: async () => {
        await account.http.call("DELETE", `/api/v1/api-tokens/${encodeURIComponent(token.id)}`);
        changed();
      },
    }),
  );
  return button;
}

function issue(changed: () => void): void {
  const name = textField({ name: "name", label: "Name", hint: "What it is for, such as “Time clock at the gate”.", attributes: { maxlength: 80 } });
  const whose = textField({ name: "employee_id", label: "Stands for", hint: "An employee ID: it may do what they may do, within its scopes.", value: account.employee?.employee_id, attributes: { maxlength: 14, autocapitalize: "characters" } });
  const days = selectField({ name: "days", label: "Good for", choices: LIFETIMES, value: "90" });
  const scopes = h("fieldset", { class: "checks", "aria-busy": "true" }, h("legend", {}, "Scopes"), h("p", { class: "quiet" }, "Only what the program needs."));
  void account.http.get<Page<Scope>>("/api/v1/api-tokens/scopes").then(({ items }) => {
    scopes.removeAttribute("aria-busy");
    scopes.append(...items.map(({ scope, means }) => h("label", {}, h("input", { type: "checkbox", value: scope }), h("span", {}, means.charAt(0).toUpperCase() + means.slice(1), h("small", { class: "mono" }, scope)))));
  });
  const key = uuid();
  const form = actionForm({
    fields: [name, whose, days],
    above: [scopes],
    verb: "Make the token",
    send: async () => {
      const chosen = Array.from(scopes.querySelectorAll<HTMLInputElement>("input:checked"), ({ value }) => value);
      if (chosen.length === 0) throw new ApiError(422, "invalid", "Choose at least one scope.", {}, null);
      const made = await account.http.post<ApiToken & { token: string }>(
        "/api/v1/api-tokens",
        { name: valueOf(name), employee_id: valueOf(whose), days: Number(days.input.value), scopes: chosen },
        key,
      );
      dialog.close();
      changed();
      await showOnce(`“${made.name}” is made`, "API token", made.token, h("p", {}, `It is shown only now and is good until ${shortTime(made.expires_at)}. A program sends it as “Authorization: Bearer …”.`));
    },
  });
  const dialog = openDialog({ title: "Make an API token", content: [form], wide: true });
}
