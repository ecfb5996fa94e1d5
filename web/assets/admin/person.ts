// What an admin does with one person: adds them, changes them, and looks after their account.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { confirmed, type Dialog, openDialog, showOnce } from "../lib/dialog";
import { actionForm } from "../lib/form";
import { uuid } from "../lib/http";
import { icon } from "../lib/icons";
import { forgetPeople } from "../lib/people";
import { shortTime } from "../lib/time";
import type { Employee } from "../lib/types";
import { personFields } from "./person-form";

const LEFT = "left";

interface NewCode {
  activation_code: string;
  expires_at?: string;
}

export function addPerson(changed: () => void): void {
  const { fields, values } = personFields(null);
  const key = uuid(); // a repeat after a lost answer gives the same person and the same code
  const form = actionForm({
    fields,
    verb: "Add",
    send: async () => {
      const given = Object.fromEntries(Object.entries(values()).filter(([, value]) => value !== null));
      const added = await account.http.post<Employee & NewCode>("/api/v1/people", given, key);
      dialog.close();
      forgetPeople();
      changed();
      await tellCode(added, added);
    },
  });
  const dialog = openDialog({ title: "Add a person", content: [form], wide: true });
}

export function managePerson(person: Employee, changed: () => void): void {
  const { fields, values } = personFields(person);
  const done = (): void => {
    forgetPeople();
    changed();
  };
  const form = actionForm({
    fields,
    verb: "Save",
    send: async () => {
      const before = person as unknown as Record<string, unknown>;
      const changes = Object.fromEntries(Object.entries(values()).filter(([name, value]) => value !== (before[name] ?? null)));
      if (Object.keys(changes).length > 0) await account.http.call("PATCH", pathOf(person), changes);
      dialog.close();
      done();
    },
  });
  const isMe = person.employee_id === account.employee?.employee_id;
  const dialog = openDialog({
    title: `${person.name} · ${person.employee_id}`,
    content: [form, isMe ? ownNote() : accountPart(person, () => dialog, done)],
    wide: true,
  });
}

function ownNote(): HTMLElement {
  return h(
    "section",
    { class: "dialog-part" },
    h("p", { class: "quiet" }, "This is you. Your role and your account are looked after by another admin; your passphrase and devices are on "),
    h("a", { class: "more", href: "/account" }, "your account", icon("chevron")),
  );
}

function accountPart(person: Employee, dialog: () => Dialog, done: () => void): HTMLElement {
  const path = pathOf(person);
  const withCode = async (what: string): Promise<void> => {
    const code = await account.http.post<NewCode>(`${path}/${what}`);
    dialog().close();
    done();
    void tellCode(person, code);
  };
  const finished = async (call: Promise<unknown>): Promise<void> => {
    await call;
    dialog().close();
    done();
  };
  const steps =
    person.status === LEFT
      ? [
          step("Open the account again", `${person.name} gets a new one-time code and can sign in with it.`, () =>
            confirmed({
              title: `Open the account of ${person.name} again?`,
              text: "They may do what their role allows, from their first sign-in with the new code on.",
              verb: "Open it again",
              run: () => withCode("reactivate"),
            }),
          ),
        ]
      : [
          step("Reset the passphrase", "For somebody who forgot it, or whose passphrase somebody else knows.", () =>
            confirmed({
              title: `Reset the passphrase of ${person.name}?`,
              text: "The present one ends at once, and so do all their sessions. You get a one-time code to hand over.",
              verb: "Reset it",
              run: () => withCode("reset"),
            }),
          ),
          account.employee?.role === "admin"
            ? step("End all sessions", "Signs them out everywhere; the passphrase stays.", () =>
                confirmed({
                  title: `Sign ${person.name} out everywhere?`,
                  text: "They have to sign in again on every device. Unfinished forms are kept.",
                  verb: "End all sessions",
                  run: () => finished(account.http.post(`${path}/end-sessions`)),
                }),
              )
            : null,
          step("Close the account", "For somebody who leaves. What they did stays on the record.", () =>
            confirmed({
              title: `Close the account of ${person.name}?`,
              text: "Passphrase, sessions and API tokens end at once. The account can be opened again later.",
              verb: "Close it",
              run: () => finished(account.http.post(`${path}/deactivate`)),
            }),
          ),
        ];
  return h("section", { class: "dialog-part" }, h("h3", {}, "Account"), h("ul", { class: "rows" }, ...steps));
}

function step(title: string, explanation: string, run: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "secondary small", on: { click: run } }, title);
  return h("li", {}, h("div", {}, h("span", {}, explanation)), button);
}

/** The code is shown once; the address beside it may go into any mail, it holds no secret. */
function tellCode(person: { employee_id: string; name: string }, code: NewCode): Promise<void> {
  const address = `${location.origin}/activate?employee_id=${encodeURIComponent(person.employee_id)}`;
  const until = code.expires_at ? `until ${shortTime(code.expires_at)}` : "for seven days";
  return showOnce(
    `A code for ${person.name}`,
    "One-time activation code",
    code.activation_code,
    h("p", {}, `It is shown only now and is good ${until}. Hand it over in person or by phone; it is used at `, h("a", { href: address }, address), "."),
  );
}

function pathOf({ employee_id }: Employee): string {
  return `/api/v1/people/${encodeURIComponent(employee_id)}`;
}
