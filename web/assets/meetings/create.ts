// Setting a meeting up: at once, at a time, or one that happens in Zoom.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { openDialog } from "../lib/dialog";
import { actionForm, type Field, selectField, textField, valueOf } from "../lib/form";
import { uuid } from "../lib/http";
import { localOf, momentOf, zoneText } from "../lib/time";
import { peopleToInvite } from "./invite";
import type { Meeting } from "./types";

const LENGTHS: [string, string][] = [["15", "15 minutes"], ["30", "30 minutes"], ["45", "45 minutes"], ["60", "An hour"], ["90", "An hour and a half"], ["120", "2 hours"], ["240", "4 hours"], ["480", "8 hours"]];
const MINUTE = 60_000; // ms
const QUARTER = 15 * MINUTE;

export function createMeeting(): void {
  const title = textField({ name: "title", label: "Title", attributes: { maxlength: 200, placeholder: "Retro", spellcheck: "true" } });
  const when = selectField({ name: "when", label: "When", choices: [["now", "Now"], ["later", "At a time"]], value: "now" });
  const next = Math.ceil((Date.now() + QUARTER) / QUARTER) * QUARTER;
  const start = textField({ name: "starts_at", label: "Begins", hint: `In ${zoneText()}`, value: localOf(next), attributes: { type: "datetime-local" } });
  const length = selectField({ name: "ends_at", label: "Lasts", choices: LENGTHS, value: "60" });
  const zoom = textField({ name: "external_id", label: "Zoom meeting number", required: false, hint: "Only for a meeting that happens in Zoom.", attributes: { inputmode: "numeric", maxlength: 20, placeholder: "123 4567 8901" } });
  const grace = textField({ name: "grace_minutes", label: "Minutes that are not late yet", required: false, attributes: { type: "number", min: 0, max: 120, inputmode: "numeric" } });
  const asEmployee = account.employee?.role === "employee";
  zoom.row.hidden = asEmployee;
  const follow = (): void => {
    const later = when.input.value === "later";
    for (const each of [start, length]) {
      each.row.hidden = !later;
      each.required = later;
    }
  };
  when.input.addEventListener("change", follow);
  follow();
  const waiting = waitingCheck(false);
  const rotating = rotatingCheck(false);
  const invited = peopleToInvite();
  const onList = h("details", { class: "invite", hidden: true }, h("summary", {}, "Put people on the list"), invited.element);
  void invited.any.then((any) => (onList.hidden = !any));
  const key = uuid();

  const send = async (): Promise<void> => {
    const later = when.input.value === "later";
    const starts = later ? momentOf(start.input.value) : null;
    const meeting = await account.http.post<Meeting>(
      "/api/v1/meetings",
      {
        title: valueOf(title),
        starts_at: starts,
        ends_at: starts === null ? null : new Date(Date.parse(starts) + Number(length.input.value) * MINUTE).toISOString(),
        external_id: valueOf(zoom),
        grace_minutes: valueOf(grace) === null ? null : Number(grace.input.value),
        waiting_room: waiting.input.checked,
        rotating: rotating.input.checked,
        invited: invited.chosen(),
      },
      key,
    );
    // Who sets a meeting up for now is in it.
    if (meeting.status === "live") await account.http.post(`/api/v1/meetings/${meeting.id}/join`, {}, `${key}:join`);
    location.assign(`/meetings/${meeting.id}`);
  };
  const fields: Field[] = [title, when, start, length, zoom, grace];
  const form = actionForm({
    fields,
    verb: "Set it up",
    above: [h("fieldset", { class: "checks" }, h("legend", {}, "Who comes in"), waiting.row, rotating.row), onList],
    send,
  });
  openDialog({ title: "Set up a meeting", content: [form], wide: true });
}

export interface Check {
  row: HTMLElement;
  input: HTMLInputElement;
}

export function waitingCheck(checked: boolean): Check {
  return check("Waiting room", "You let each person in.", checked);
}

export function rotatingCheck(checked: boolean): Check {
  return check("Changing code", "Six digits on your screen, new every 15 seconds: only who is there can join.", checked);
}

function check(text: string, hint: string, checked: boolean): Check {
  const input = h("input", { type: "checkbox", checked });
  return { row: h("label", {}, input, h("span", {}, text, h("small", {}, hint))), input };
}
