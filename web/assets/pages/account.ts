// One's own account: who one is here, where one is signed in, the passphrase.

import { account } from "../lib/account";
import { fill, gathered, h, hidden, need } from "../lib/dom";
import { confirmed } from "../lib/dialog";
import { actionForm, secretField, textField } from "../lib/form";
import { gated } from "../lib/gate";
import { icon } from "../lib/icons";
import { label } from "../lib/labels";
import { openLive } from "../lib/live";
import { newPassphraseField } from "../lib/passphrase";
import { nameOf } from "../lib/people";
import { Section } from "../lib/section";
import { timeElement } from "../lib/time";
import type { Employee } from "../lib/types";

const SETTLE = 150; // ms: several changes at once are fetched once
const PHONES = /Android|iPhone|iPad|iOS/;

/** One of the places where one is signed in. */
interface Device {
  session_id: string;
  device: string;
  address: string | null;
  login_time: string;
  last_activity: string;
  expires_at: string;
  current: boolean;
}

export function startAccountPage(): void {
  const main = need(document, "[data-account-page]");
  void gated(main, "Sign in to see your account", () => show(main));
}

function show(main: HTMLElement): void {
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  const me = account.employee;
  if (me !== null) void nameOf().then((name) => fill(part("facts"), facts(me, name)));
  fill(part("passphrase"), passphraseForm());
  const devices = new Section<Device[]>(part("devices"), {
    load: async () => (await account.http.get<{ devices: Device[] }>("/api/auth/devices")).devices,
    render: (all) => devicesView(all, () => void devices.refresh()),
    empty: "",
  });
  const soon = gathered(() => void devices.refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (/^(session|credential)\./.test(kind) ? soon() : undefined), stale: soon });
  void devices.refresh();
}

function facts(me: Employee, name: (id: string | null | undefined) => string): HTMLElement {
  const rows: [string, string | null | undefined][] = [
    ["Name", me.name],
    ["Employee ID", me.employee_id],
    ["Role", label(me.role)],
    ["E-mail", me.email],
    ["Department", me.department],
    ["Branch", me.branch],
    ["Manager", me.manager_id ? name(me.manager_id) : null],
    ["Time zone", me.timezone ?? account.me?.timezone],
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([term, value]) => (value ? [h("dt", {}, term), h("dd", {}, value)] : [])));
}

function devicesView(devices: Device[], refresh: () => void): HTMLElement {
  const others = devices.filter((each) => !each.current).length;
  const all = h("button", { type: "button", class: "secondary", "data-key": "others" }, others === 1 ? "Sign out the other one" : `Sign out all ${others} others`);
  all.addEventListener("click", () =>
    confirmed({
      title: "Sign out everywhere else?",
      text: `This device stays signed in. ${others === 1 ? "The other one has" : `The ${others} others have`} to sign in again; unfinished forms are kept.`,
      verb: "Sign out the others",
      run: async () => {
        await account.http.call("DELETE", "/api/auth/devices");
        refresh();
      },
    }),
  );
  return h("div", {}, h("ul", { class: "rows devices" }, ...devices.map((each) => deviceRow(each, refresh))), others > 0 ? h("p", { class: "more-row" }, all) : null);
}

function deviceRow(device: Device, refresh: () => void): HTMLElement {
  const { session_id, current } = device;
  const out = h("button", { type: "button", class: "secondary small", "data-key": session_id }, "Sign out", hidden(` ${device.device}`));
  const end = async (): Promise<void> => {
    if (current) {
      await account.signOut();
      location.assign("/");
      return;
    }
    await account.http.call("DELETE", `/api/auth/devices/${encodeURIComponent(session_id)}`);
    refresh();
  };
  out.addEventListener("click", () =>
    confirmed({
      title: current ? "Sign out here?" : `Sign out ${device.device}?`,
      text: current ? "You leave this page and have to sign in again." : "Whoever uses it has to sign in again; unfinished forms are kept.",
      verb: "Sign out",
      run: end,
    }),
  );
  return h(
    "li",
    {},
    h("span", { class: "device-mark" }, icon(PHONES.test(device.device) ? "phone" : "device")),
    h(
      "div",
      {},
      h("span", { class: "task-title" }, device.device, current ? h("span", { class: "tag session-active" }, "This device") : null),
      h("small", {}, device.address ? `${device.address} · ` : null, "last used ", timeElement(device.last_activity), " · signed in ", timeElement(device.login_time)),
    ),
    out,
  );
}

function passphraseForm(): HTMLElement {
  const who = textField({ name: "employee_id", label: "Employee ID", value: account.employee?.employee_id, attributes: { name: "username", autocomplete: "username", readonly: true, tabindex: -1 } });
  who.row.classList.add("visually-hidden"); // for password managers: whose passphrase this is
  who.row.setAttribute("aria-hidden", "true");
  const old = secretField({ name: "old", label: "Present passphrase", autocomplete: "current-password" });
  const fresh = newPassphraseField("passphrase");
  const said = h("p", { class: "said", role: "status" });
  const form = actionForm({
    fields: [who, old, fresh],
    verb: "Change passphrase",
    above: [said],
    send: async () => {
      fill(said);
      const { ended } = await account.http.post<{ ended?: number }>("/api/auth/passphrase", { old: old.input.value, new: fresh.input.value });
      for (const { input } of [old, fresh]) {
        input.value = "";
        input.dispatchEvent(new Event("input"));
      }
      const elsewhere = ended ? ` You are signed out on ${ended === 1 ? "one other device" : `${ended} other devices`}.` : "";
      fill(said, icon("check"), h("span", {}, `Your passphrase is changed.${elsewhere}`));
    },
  });
  return form;
}
