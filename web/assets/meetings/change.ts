// Changing a meeting that was set up: its title, its times, who comes in how.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { openDialog } from "../lib/dialog";
import { actionForm, type Field, textField, valueOf } from "../lib/form";
import { uuid } from "../lib/http";
import { localOf, momentOf, zoneText } from "../lib/time";
import { type Check, rotatingCheck, waitingCheck } from "./create";
import type { Meeting, SeenMeeting } from "./types";

/** Asks for the changes and makes them; what was left as it is is not sent. */
export function changeMeeting(meeting: SeenMeeting, changed: () => void): void {
  const title = textField({ name: "title", label: "Title", value: meeting.title, attributes: { maxlength: 200, spellcheck: "true" } });
  const start = moment("starts_at", "Begins", meeting.starts_at);
  const end = moment("ends_at", "Ends", meeting.ends_at);
  const grace = textField({ name: "grace_minutes", label: "Minutes that are not late yet", value: String(meeting.grace_minutes), attributes: { type: "number", min: 0, max: 120, inputmode: "numeric" } });
  end.required = false;
  start.row.hidden = meeting.status !== "scheduled";
  start.required = meeting.status === "scheduled" && meeting.starts_at !== null;
  keepLength(start.input, end.input);
  const waiting = waitingCheck(meeting.waiting_room);
  const rotating = rotatingCheck(meeting.rotating);
  const before = new Map([title, start, end, grace].map((field) => [field, field.input.value]));
  const is = (field: Field): boolean => field.input.value !== before.get(field);
  const moved = ({ input }: Field): string | null => (input.value === "" ? null : momentOf(input.value));
  const key = uuid();

  const send = async (): Promise<void> => {
    const asked = {
      ...(is(title) && { title: valueOf(title) }),
      ...(is(start) && { starts_at: moved(start) }),
      ...(is(end) && { ends_at: moved(end) }),
      ...(is(grace) && { grace_minutes: Number(grace.input.value) }),
      ...differing("waiting_room", waiting, meeting.waiting_room),
      ...differing("rotating", rotating, meeting.rotating),
    };
    if (Object.keys(asked).length > 0) await account.http.call<Meeting>("PATCH", `/api/v1/meetings/${meeting.id}`, asked, key);
    dialog.close();
    changed();
  };
  const form = actionForm({
    fields: [title, start, end, grace],
    verb: "Save",
    above: [h("fieldset", { class: "checks" }, h("legend", {}, "Who comes in"), waiting.row, rotating.row)],
    send,
  });
  const dialog = openDialog({ title: "Change the meeting", content: [form], wide: true });
}

function moment(name: string, label: string, value: string | null): Field {
  return textField({ name, label, hint: `In ${zoneText()}`, value: value === null ? "" : localOf(Date.parse(value)), attributes: { type: "datetime-local" } });
}

/** A meeting that is put off ends later too. */
function keepLength(start: Field["input"], end: Field["input"]): void {
  let before = start.value;
  start.addEventListener("change", () => {
    const by = Date.parse(`${start.value}Z`) - Date.parse(`${before}Z`);
    if (end.value && !Number.isNaN(by)) end.value = new Date(Date.parse(`${end.value}Z`) + by).toISOString().slice(0, 16);
    if (start.value) before = start.value;
  });
}

function differing(name: string, { input }: Check, before: boolean): Record<string, boolean> {
  return input.checked === before ? {} : { [name]: input.checked };
}
