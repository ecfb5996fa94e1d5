// Setting a weekly batch up, changing it from some day on, ending it.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { openDialog } from "../lib/dialog";
import { actionForm, textField } from "../lib/form";
import { uuid } from "../lib/http";
import { readableName } from "../lib/names";
import { batchFields, today } from "./form";
import type { Batch } from "./types";
import { dayText } from "./words";

type Done = (batch: Batch) => void;

/** The form of a batch that somebody began to set up: closing the dialog loses nothing. */
let begun: HTMLElement | null = null;

export function setUpBatch(done: Done): void {
  if (begun === null) {
    const { fields, body } = batchFields(null, today());
    const key = uuid();
    begun = actionForm({
      fields,
      verb: "Set it up",
      send: async () => {
        const batch = await account.http.post<Batch>("/api/v1/batches", body(), key);
        begun = null;
        done(batch);
      },
    });
  }
  openDialog({ title: "Set up a weekly batch", content: [begun], wide: true });
}

/** "This and following": from `day` on another plan takes over. */
export function changeBatch(batch: Batch, day: string, done: Done): void {
  const { fields, body } = batchFields(batch, day);
  const key = uuid();
  const form = actionForm({
    fields,
    verb: "Change them",
    send: async () => done(await account.http.post<Batch>(`/api/v1/batches/${batch.id}/change`, { ...body(), day }, key)),
  });
  openDialog({
    title: `Change “${readableName(batch.title)}” from ${dayText(day)} on`,
    content: [h("p", { class: "quiet" }, "Sessions from that day on are planned anew. Those that are completed or called off, and those that somebody moved or put something on, stay as they are."), form],
    wide: true,
  });
}

export function endBatch(batch: Batch, done: Done): void {
  const soonest = today() < batch.first_day ? batch.first_day : today();
  const day = textField({ name: "day", label: "First day without it", value: soonest, attributes: { type: "date" } });
  const key = uuid();
  const form = actionForm({
    fields: [day],
    verb: "End it",
    send: async () => {
      const ended = await account.http.post<Batch>(`/api/v1/batches/${batch.id}/end`, { day: day.input.value }, key);
      dialog.close();
      done(ended);
    },
  });
  const dialog = openDialog({
    title: `End “${readableName(batch.title)}”`,
    content: [h("p", {}, "From that day on nothing is planned any more. Sessions that are completed or called off, and those that somebody moved or put something on, stay."), form],
  });
}
