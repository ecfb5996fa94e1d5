// Notes on a session: written, changed and deleted by their authors.

import { account } from "../lib/account";
import { fill, h, hidden } from "../lib/dom";
import { confirmed, openDialog } from "../lib/dialog";
import { actionForm, type Field, longField, selectField } from "../lib/form";
import { uuid } from "../lib/http";
import { nameElement, shortened } from "../lib/names";
import { Paged } from "../lib/paged";
import { Section } from "../lib/section";
import { timeElement } from "../lib/time";
import type { Page } from "../lib/types";
import type { Note, NoteType, NoteVersion } from "./types";
import { KINDS } from "./words";

const PAGE = 30;
const LONGEST = 4000; // letters
const MOST_VERSIONS = 50;
const SHOWN = 60; // letters of a note by which a question names it

/** Notes of which somebody looks at what they said before: they stay so when the list is drawn anew. */
const opened = new Set<string>();

export class Notes {
  readonly #list: Paged<Note>;

  constructor(list: HTMLElement, form: HTMLElement, completionId: string) {
    const path = `/api/v1/completions/${completionId}/notes`;
    this.#list = new Paged<Note>(list, {
      path: () => `${path}?limit=${PAGE}`,
      rows: (items) => h("ul", { class: "notes" }, ...items.map((one) => this.#note(one))),
      empty: () => "Nothing is noted yet.",
    });
    this.#showForm(form, path);
  }

  refresh(): Promise<void> {
    return this.#list.refresh();
  }

  #showForm(host: HTMLElement, path: string): void {
    const [text, kind] = fields();
    let key = uuid();
    const form = actionForm({
      fields: [text, kind],
      verb: "Add the note",
      send: async () => {
        await account.http.post<Note>(path, { note_text: text.input.value.trim(), note_type: kind.input.value }, key);
        key = uuid();
        text.input.value = "";
        await this.refresh();
      },
    });
    fill(host, form);
  }

  #note(note: Note): HTMLElement {
    const { author, employee_id, note_text, note_type, changed_at, created_at } = note;
    const mine = employee_id === account.employee?.employee_id;
    const which = hidden(` “${shortened(note_text, SHOWN)}”`);
    const tools = [
      mine ? h("button", { type: "button", class: "link", "data-key": `edit-${note.id}`, on: { click: () => this.#change(note) } }, "Edit", which.cloneNode(true)) : null,
      mine || account.employee?.role === "admin" ? h("button", { type: "button", class: "link", "data-key": `delete-${note.id}`, on: { click: () => this.#delete(note) } }, "Delete", which) : null,
    ];
    return h(
      "li",
      { class: "note" },
      h(
        "div",
        { class: "note-head" },
        h("span", { class: `tag note-${note_type}` }, KINDS[note_type]),
        h("strong", {}, nameElement(author ?? employee_id)),
        h("small", {}, timeElement(created_at), changed_at === null ? null : h("span", {}, ", changed ", timeElement(changed_at))),
      ),
      h("p", { class: "said-text" }, note_text),
      changed_at === null ? null : earlier(note),
      tools.some(Boolean) ? h("div", { class: "note-tools" }, ...tools) : null,
    );
  }

  #change(note: Note): void {
    const [text, kind] = fields(note);
    const key = uuid();
    const form = actionForm({
      fields: [text, kind],
      verb: "Save",
      send: async () => {
        await account.http.call("PATCH", `/api/v1/notes/${note.id}`, { note_text: text.input.value.trim(), note_type: kind.input.value }, key);
        dialog.close();
        await this.refresh();
      },
    });
    const dialog = openDialog({ title: "Edit the note", content: [form, h("p", { class: "quiet dialog-foot" }, "What it said before stays on record.")] });
  }

  #delete(note: Note): void {
    confirmed({
      title: "Delete this note?",
      text: `“${shortened(note.note_text, SHOWN)}” is not shown any more. The record keeps what it said.`,
      verb: "Delete it",
      run: async () => {
        await account.http.call("DELETE", `/api/v1/notes/${note.id}`);
        await this.refresh();
      },
    });
  }
}

/** What a note said before, fetched when somebody wants to know. */
function earlier({ id }: Note): HTMLElement {
  const host = h("div", {});
  const versions = new Section<NoteVersion[]>(host, {
    load: async () => (await account.http.get<Page<NoteVersion>>(`/api/v1/notes/${id}/versions?limit=${MOST_VERSIONS}`)).items,
    render: (items) => h("ul", { class: "rows versions" }, ...items.map(({ at, name, employee_id, note_text, note_type }) => h("li", {}, h("div", {}, h("span", { class: "said-text" }, note_text), h("small", {}, `${KINDS[note_type]}, until `, timeElement(at), ", when ", nameElement(name ?? employee_id), " changed it"))))),
    empty: "Nothing is kept of it.",
  });
  const details = h("details", { class: "earlier" }, h("summary", { "data-key": `earlier-${id}` }, "What it said before"), host);
  details.open = opened.has(id);
  if (details.open) void versions.refresh();
  details.addEventListener("toggle", () => {
    if (details.open === opened.has(id)) return;
    if (details.open) {
      opened.add(id);
      void versions.refresh();
    } else opened.delete(id);
  });
  return details;
}

function fields(note?: Note): [Field, Field] {
  const text = longField({ name: "note_text", label: "Note", hint: "@EMP004 tells that person.", value: note?.note_text, attributes: { maxlength: LONGEST, rows: 3 } });
  const kind = selectField({ name: "note_type", label: "Kind", choices: Object.entries(KINDS), value: note?.note_type ?? ("general" satisfies NoteType) });
  return [text, kind];
}
