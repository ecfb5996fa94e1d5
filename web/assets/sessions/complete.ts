// Completing a session: what is known is proposed, what was typed stays when something is wrong.

import { account } from "../lib/account";
import { fill, h } from "../lib/dom";
import { openDialog } from "../lib/dialog";
import { actionForm, type Field, longField, textField, valueOf } from "../lib/form";
import { explain, uuid } from "../lib/http";
import { icon } from "../lib/icons";
import { readableName } from "../lib/names";
import { localOf, momentOf, zoneText } from "../lib/time";
import type { Proposal, Session } from "./types";
import { plannedText } from "./words";

const LONGEST = 4000; // letters of a summary
const SOURCES = { attendance: "as you were in the meeting", schedule: "as planned" } as const;

/** What somebody typed into a dialog that they closed, by session. */
const drafts = new Map<string, Record<string, string>>();

/** Opens the dialog; `done` hears the session as it is then. */
export async function completeSession(session: Session, done: (completed: Session) => void): Promise<void> {
  const path = `/api/v1/completions/${session.id}`;
  const proposal = await account.http.get<Proposal>(`${path}/proposal`).catch((): Proposal => ({ actual_start: session.starts_at, actual_end: session.ends_at, source: "schedule" }));
  const draft = drafts.get(session.id) ?? {};
  const time = (name: string, label: string, proposed: string): Field =>
    textField({ name, label, value: draft[name] ?? localOf(Date.parse(proposed)).slice(0, 16), attributes: { type: "datetime-local" } });
  const start = time("actual_start_time", "Began", proposal.actual_start);
  const end = time("actual_end_time", "Ended", proposal.actual_end);
  const said = h("small", { role: "status" });
  const generate = h("button", { type: "button", class: "secondary" }, "Generate");
  const code = textField({
    name: "completion_code",
    label: "Completion code",
    required: false,
    value: draft["completion_code"],
    hint: "4 to 40 letters and digits that no session has yet. Left empty, one is made.",
    attributes: { maxlength: 60, autocapitalize: "characters", placeholder: "BATCH-001-DEC19", class: "code-text" },
    beside: generate,
  });
  generate.addEventListener("click", () => {
    account.http.get<{ completion_code: string }>("/api/v1/completions/new-code").then(
      ({ completion_code }) => {
        code.input.value = completion_code;
        fill(said, `The code is ${completion_code}.`);
      },
      (error: unknown) => fill(said, explain(error)),
    );
  });
  code.row.append(said);
  const notes = longField({ name: "notes", label: "Summary", required: false, value: draft["notes"], attributes: { maxlength: LONGEST, placeholder: "Covered topics 1 to 3, a quiz comes next time." } });
  const fields = [start, end, code, notes];
  const key = uuid();
  let completed = false;

  const form = actionForm({
    fields,
    verb: "Confirm and complete",
    send: async () => {
      const answer = await account.http.post<Session>(
        `${path}/complete`,
        { actual_start_time: momentOf(start.input.value), actual_end_time: momentOf(end.input.value), completion_code: valueOf(code), notes: valueOf(notes) },
        key,
      );
      completed = true;
      dialog.close();
      done(answer);
    },
  });
  const dialog = openDialog({
    title: `Complete “${readableName(session.title)}”`,
    content: [h("p", { class: "quiet" }, `Planned: ${plannedText(session)}.`), h("p", { class: "notice-line" }, icon("info"), h("span", {}, `The times are ${SOURCES[proposal.source]}: change what was different. They are in ${zoneText()}.`)), form],
    wide: true,
    closed: () => {
      if (completed) drafts.delete(session.id);
      else drafts.set(session.id, Object.fromEntries(fields.map(({ name, input }) => [name, input.value])));
    },
  });
}
