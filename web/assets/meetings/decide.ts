// Deciding who somebody is who came under a name that nobody could match, or that was matched wrong.

import { account } from "../lib/account";
import { type Child, fill, freshId, h, hidden } from "../lib/dom";
import { confirmed, openDialog } from "../lib/dialog";
import { explain, uuid } from "../lib/http";
import { icon } from "../lib/icons";
import { nameElement, readableName } from "../lib/names";
import { people } from "../lib/people";
import type { Entry, Person, SeenMeeting, Student } from "./types";

interface Candidates {
  employees: { employee_id: string; name: string; email: string | null }[];
  students: Student[];
}

/** Somebody to choose: what is sent, and how they are shown. */
interface Choice {
  body: { employee_id: string } | { student_id: number };
  name: string;
  note: string;
}

const HOW: Readonly<Record<string, string>> = { email: "by e-mail address", name: "by name", person: "by a person’s decision" };
const MOST_SHOWN = 8;

/** The names under which somebody came that aren't their own account. */
export function outsideNames({ entries }: Person): Entry[] {
  return entries.filter(({ source }) => source !== "employee");
}

/** What a host can do about who this is: decide, or take back what was decided or guessed. */
export function decideButton(meeting: SeenMeeting, person: Person, changed: () => void): Child {
  const outside = outsideNames(person);
  const entry = outside.find((one) => one.linked_by === null || one.linked_by === "nobody") ?? outside[0];
  if (entry === undefined) return "–";
  const known = person.employee_id !== null || person.student !== null;
  const text = known ? "Change" : "Say who";
  return h("button", { type: "button", class: known ? "secondary small" : "primary small", "data-key": `decide ${entry.participant_id}`, on: { click: () => openDecision(meeting, person, entry, changed) } }, text, hidden(` ${readableName(person.name)}${known ? "" : " is"}`));
}

/** How it is known who they are, in a few words. */
export function knownText(person: Person): string {
  if (person.signed_in) return "Signed in";
  const [entry] = outsideNames(person);
  const by = entry?.linked_by ?? entry?.student_linked_by ?? null;
  if (person.employee_id !== null || person.student !== null) return by && HOW[by] ? `Recognised ${HOW[by]}` : "On the list";
  return "Not recognised";
}

function openDecision(meeting: SeenMeeting, person: Person, entry: Entry, changed: () => void): void {
  const host = h("div", { "aria-busy": "true" });
  const path = `/api/v1/meetings/${meeting.id}/participants/${entry.participant_id}`;
  const done = (): void => {
    dialog.close();
    changed();
  };
  const told = h("p", {}, "Came as “", nameElement(entry.name), "”", entry.email ? ` (${entry.email})` : "", meeting.provider === "zoom" ? " in Zoom." : ".");
  const dialog = openDialog({ title: person.employee_id || person.student ? `Is this ${readableName(person.name)}?` : "Who is this?", content: [told, ...taken(path, person, entry, done), host] });
  void load(path, host, person, done);
}

/** What is said of them now, and a way to take each back. */
function taken(path: string, person: Person, entry: Entry, done: () => void): HTMLElement[] {
  const rows: [what: "employee" | "student", name: string, by: string | null][] = [];
  if (person.employee_id !== null) rows.push(["employee", `${readableName(person.name)} · ${person.employee_id}`, entry.linked_by]);
  if (person.student !== null) rows.push(["student", `${person.student.firstName} ${person.student.lastName} · student ${person.student.studentId}`, entry.student_linked_by]);
  if (rows.length === 0) return [];
  const list = rows.map(([what, name, by]) => {
    const button = h("button", { type: "button", class: "secondary small" }, "Not them", hidden(` (${name})`));
    button.addEventListener("click", () =>
      confirmed({
        title: "Take that back?",
        text: `The name then stands alone on the list, and is not matched again by itself: ${name}.`,
        verb: "Take it back",
        run: async () => {
          await account.http.post(`${path}/unlink`, { what }, uuid());
          done();
        },
      }),
    );
    return h("li", {}, h("div", {}, h("strong", {}, name), h("small", {}, by && HOW[by] ? `Recognised ${HOW[by]}` : "")), button);
  });
  return [h("ul", { class: "rows" }, ...list), h("h3", {}, "Somebody else?")];
}

async function load(path: string, host: HTMLElement, person: Person, done: () => void): Promise<void> {
  try {
    const [likely, everybody] = await Promise.all([account.http.get<Candidates>(`${path}/candidates`), people()]);
    const first: Choice[] = [
      ...likely.employees.map(({ employee_id, name, email }) => ({ body: { employee_id }, name, note: [employee_id, email].filter(Boolean).join(" · ") })),
      ...likely.students.map((one) => ({ body: { student_id: one.studentId }, name: `${one.firstName} ${one.lastName}`, note: [`Student ${one.studentId}`, one.department].filter(Boolean).join(" · ") })),
    ];
    const others: Choice[] = everybody
      .filter(({ employee_id }) => employee_id !== person.employee_id && !likely.employees.some((one) => one.employee_id === employee_id))
      .map(({ employee_id, name, email }) => ({ body: { employee_id }, name, note: [employee_id, email].filter(Boolean).join(" · ") }));
    fill(host, chooser(path, first, others, done));
  } catch (error) {
    fill(host, h("p", { class: "problem", role: "alert" }, icon("alert"), explain(error)));
  } finally {
    host.removeAttribute("aria-busy");
  }
}

function chooser(path: string, likely: Choice[], others: Choice[], done: () => void): HTMLElement {
  const problem = h("p", { class: "problem", role: "alert" });
  const key = uuid();
  const rows = (choices: Choice[]): HTMLElement[] =>
    choices.map(({ body, name, note }) => {
      const button = h("button", { type: "button", class: "secondary small" }, "It’s them", hidden(` (${readableName(name)})`));
      button.addEventListener("click", () => {
        button.disabled = true;
        fill(problem);
        account.http.post(`${path}/link`, body, `${key}:${JSON.stringify(body)}`).then(done, (error: unknown) => {
          button.disabled = false;
          fill(problem, icon("alert"), h("span", {}, explain(error)));
        });
      });
      return h("li", {}, h("div", {}, h("strong", {}, nameElement(name)), h("small", {}, note)), button);
    });
  const id = freshId("who");
  const found = h("ul", { class: "rows", "aria-live": "polite" });
  const search = h("input", { id, type: "search", autocomplete: "off", placeholder: "Name or ID" });
  const show = (): void => {
    const asked = plain(search.value);
    const fitting = others.filter(({ name, note }) => plain(`${name} ${note}`).includes(asked)).slice(0, MOST_SHOWN);
    fill(found, ...(asked === "" && likely.length > 0 ? [] : rows(fitting)), asked !== "" && fitting.length === 0 ? h("li", { class: "quiet" }, "Nobody of that name whom you may see.") : null);
  };
  search.addEventListener("input", show);
  show();
  return h(
    "div",
    { class: "chooser" },
    likely.length > 0 ? h("h3", {}, "Of the same name") : null,
    likely.length > 0 ? h("ul", { class: "rows" }, ...rows(likely)) : null,
    others.length > 0 ? h("label", { for: id }, likely.length > 0 ? "Or somebody else" : "Somebody of the company") : null,
    others.length > 0 ? search : null,
    found,
    likely.length + others.length === 0 ? h("p", { class: "quiet" }, "Nobody you may see has that name. An admin can decide.") : null,
    problem,
  );
}

/** As somebody types it who has no accents on the keyboard. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
