// Planning a session, moving it, calling it off, correcting how it went, deciding on it.

import { account } from "../lib/account";
import { type Child, h } from "../lib/dom";
import { confirmed, openDialog } from "../lib/dialog";
import { actionForm, type Field, longField, textField, valueOf } from "../lib/form";
import { uuid } from "../lib/http";
import { readableName } from "../lib/names";
import { dayIn, localOf, momentOf, zoneText } from "../lib/time";
import type { Session } from "./types";

const DAY = 86_400_000; // ms
type Done = (session: Session) => void;

/** A session to come, of one's own. */
export function planSession(done: Done): void {
  const title = titleField("");
  const times = planFields({ scheduled_date: dayIn(Date.now() + DAY), scheduled_start_time: "09:00", scheduled_end_time: "10:00" }, zoneText());
  const key = uuid();
  const send = (): Promise<Session> => account.http.post<Session>("/api/v1/completions", bodyOf([title, ...times]), key);
  asked("Plan a session", "Plan it", [title, ...times], send, done);
}

/** Another title, day or time, while it is to come. */
export function moveSession(session: Session, done: Done): void {
  const fields = [titleField(session.title), ...planFields(session, session.timezone)];
  asked("Change the plan", "Save", fields, () => patch(session, bodyOf(fields)), done, [h("p", { class: "quiet" }, "When it was planned at first is kept.")]);
}

/** How it went, told better; what was said before is kept. */
export function correctSession(session: Session, done: Done): void {
  const time = (name: string, label: string, moment: string | null): Field =>
    textField({ name, label, hint: `In ${zoneText()}`, value: localOf(Date.parse(moment ?? session.starts_at)), attributes: { type: "datetime-local" } });
  const start = time("actual_start_time", "Began", session.actual_start);
  const end = time("actual_end_time", "Ended", session.actual_end);
  const notes = longField({ name: "notes", label: "Summary", required: false, value: session.notes, attributes: { maxlength: 4000 } });
  const send = (): Promise<Session> =>
    patch(session, { actual_start_time: momentOf(start.input.value), actual_end_time: momentOf(end.input.value), notes: notes.input.value });
  asked("Correct how it went", "Save", [start, end, notes], send, done, [h("p", { class: "quiet" }, "What it said before stays on record, with your name beside the change.")]);
}

export function cancelSession(session: Session, done: Done): void {
  const reason = longField({ name: "reason", label: "Why", required: false, attributes: { maxlength: 4000, rows: 3, placeholder: "The room was flooded." } });
  const key = uuid();
  const send = (): Promise<Session> => account.http.post<Session>(`/api/v1/completions/${session.id}/cancel`, { reason: reason.input.value.trim() }, key);
  asked(`Call off “${readableName(session.title)}”`, "Call it off", [reason], send, done, [h("p", {}, "It can’t be completed any more after that.")]);
}

export function decideOn(session: Session, approve: boolean, done: Done): void {
  const name = `“${readableName(session.title)}”`;
  const key = uuid();
  confirmed({
    title: approve ? `Approve ${name}?` : `Reject ${name}?`,
    text: approve ? "The session counts as approved, with your name on record." : "The session counts as rejected, with your name on record. A note can say why.",
    verb: approve ? "Approve it" : "Reject it",
    calm: approve,
    run: async () => done(await account.http.post<Session>(`/api/v1/completions/${session.id}/${approve ? "approve" : "reject"}`, {}, key)),
  });
}

function asked(title: string, verb: string, fields: Field[], send: () => Promise<Session>, done: Done, before: Child[] = []): void {
  const form = actionForm({
    fields,
    verb,
    send: async () => {
      const answer = await send();
      dialog.close();
      done(answer);
    },
  });
  const dialog = openDialog({ title, content: [...before, form], wide: fields.length > 1 });
}

function titleField(value: string): Field {
  return textField({ name: "title", label: "Title", value, attributes: { maxlength: 200, placeholder: "Welding basics", spellcheck: "true" } });
}

function planFields(plan: Pick<Session, "scheduled_date" | "scheduled_start_time" | "scheduled_end_time">, zone: string): Field[] {
  return [
    textField({ name: "scheduled_date", label: "Day", value: plan.scheduled_date, attributes: { type: "date" } }),
    textField({ name: "scheduled_start_time", label: "Begins", value: plan.scheduled_start_time, hint: `In ${zone}`, attributes: { type: "time" } }),
    textField({ name: "scheduled_end_time", label: "Ends", value: plan.scheduled_end_time, hint: "Earlier than its beginning: the day after", attributes: { type: "time" } }),
  ];
}

function bodyOf(fields: Field[]): Record<string, string | null> {
  return Object.fromEntries(fields.map((each) => [each.name, valueOf(each)]));
}

function patch(session: Session, body: Record<string, string | null>): Promise<Session> {
  return account.http.call<Session>("PATCH", `/api/v1/completions/${session.id}`, body, uuid());
}
