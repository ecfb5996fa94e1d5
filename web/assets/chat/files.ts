// Files for a scheduled session, out of the chat: dropped onto it, or chosen in the card of the
// session that the talk is about. Each shows its progress in that card.

import { h } from "../lib/dom";
import { icon } from "../lib/icons";
import { nameElement } from "../lib/names";
import type { Custom } from "../lib/types";
import { EXTENSIONS, Uploads } from "../sessions/uploads";

type Session = Extract<Custom, { type: "completion" }>;

const NO_SESSION = "Which session are the files for? Say “my sessions”, or complete one; then drop them again.";

/** The card of a session: where its files go, and how many were kept. */
export function sessionCard({ completion_id, completion }: Session, link: HTMLElement | null): HTMLElement {
  const kept = h("p", { class: "quiet", role: "status" });
  const rows = h("div");
  let count = 0;
  const uploads = new Uploads(rows, completion_id, () => {
    count += 1;
    kept.textContent = count === 1 ? "One file is kept." : `${count} files are kept.`;
  });
  const input = h("input", { type: "file", multiple: true, hidden: true, accept: EXTENSIONS.map((each) => `.${each}`).join(",") });
  input.addEventListener("change", () => {
    uploads.add(Array.from(input.files ?? []), "");
    input.value = "";
  });
  const choose = h("button", { type: "button", class: "secondary small", on: { click: () => input.click() } }, icon("record"), "Add files");
  const element = h(
    "section",
    { class: "card file-card", "aria-label": `Files for ${completion.title}` },
    h("div", { class: "card-head" }, icon("record"), h("strong", {}, nameElement(completion.title))),
    rows,
    kept,
    h("div", { class: "form-actions" }, choose, link),
    input,
  );
  element.addEventListener("rollcall-files", (event) => uploads.add((event as CustomEvent<File[]>).detail, ""));
  return element;
}

/** Files dropped onto `host` go to the session whose card came last; `note` says when there is none. */
export function takeDrops(host: HTMLElement, root: ShadowRoot, note: (text: string) => void): void {
  const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  host.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // or the browser would leave the page to show the file
    host.classList.add("dropping");
  });
  host.addEventListener("dragleave", () => host.classList.remove("dropping"));
  host.addEventListener("drop", (event) => {
    host.classList.remove("dropping");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const card = Array.from(root.querySelectorAll(".file-card")).at(-1);
    const files = Array.from(event.dataTransfer?.files ?? []);
    if (card === undefined) note(NO_SESSION);
    else card.dispatchEvent(new CustomEvent("rollcall-files", { detail: files }));
  });
}
