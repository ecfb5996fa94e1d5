// The files of a session: shown, downloaded, added by choosing or dropping them, deleted.

import { account } from "../lib/account";
import { fill, freshId, h, hidden, need } from "../lib/dom";
import { confirmed, openDialog } from "../lib/dialog";
import { downloadLink, showLink } from "../lib/download";
import { explain } from "../lib/http";
import { icon, type IconName } from "../lib/icons";
import { nameElement, readableName } from "../lib/names";
import { nameOf } from "../lib/people";
import { Section } from "../lib/section";
import { timeElement } from "../lib/time";
import type { Page } from "../lib/types";
import type { Attachment, Session } from "./types";
import { EXTENSIONS, Uploads } from "./uploads";
import { counted, sizeText } from "./words";

const MOST = 200;

interface Download {
  employee_id: string;
  name: string | null;
  at: string;
}

export class Files {
  readonly #list: Section<Attachment[]>;
  readonly #session: Session;
  #names: (id: string | null | undefined) => string = (id) => id ?? "–";

  constructor(root: ParentNode, session: Session) {
    this.#session = session;
    const part = (name: string): HTMLElement => need(root, `[data-part="${name}"]`);
    const path = `/api/v1/completions/${session.id}/attachments`;
    this.#list = new Section<Attachment[]>(part("files"), {
      load: async () => {
        this.#names = await nameOf();
        return (await account.http.get<Page<Attachment>>(`${path}?limit=${MOST}`)).items;
      },
      render: (items) => {
        fill(part("zip"), items.length > 1 ? downloadLink(`${path}.zip`, `All ${items.length} as a zip`) : null);
        return items.length > 0 ? h("ul", { class: "rows attachments" }, ...items.map((one) => this.#row(one))) : null;
      },
      empty: "There are no files yet.",
    });
    if (session.may.includes("attach")) this.#takeFiles(part("add-files"), part("uploads"), need(root, "[data-files]"));
  }

  refresh(): Promise<void> {
    return this.#list.refresh();
  }

  #takeFiles(host: HTMLElement, rows: HTMLElement, panel: HTMLElement): void {
    const uploads = new Uploads(rows, this.#session.id, () => void this.refresh());
    const [id, noteId, hintId] = [freshId("files"), freshId("files"), freshId("files")];
    const note = h("input", { id: noteId, maxlength: 500, autocomplete: "off", placeholder: "Class recording" });
    const input = h("input", { id, type: "file", multiple: true, accept: EXTENSIONS.map((one) => `.${one}`).join(","), "aria-describedby": hintId });
    const take = (files: Iterable<File>): void => {
      uploads.add(files, note.value.trim());
      note.value = "";
    };
    input.addEventListener("change", () => {
      take(Array.from(input.files ?? []));
      input.value = ""; // the same file can be chosen again
    });
    const over = (on: boolean) => (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      panel.classList.toggle("dropping", on);
    };
    panel.addEventListener("dragover", over(true));
    panel.addEventListener("dragleave", over(false));
    panel.addEventListener("drop", (event) => {
      over(false)(event);
      take(Array.from(event.dataTransfer?.files ?? []));
    });
    fill(
      host,
      h(
        "div",
        { class: "form add-files" },
        h("div", { class: "field" }, h("label", { for: noteId }, "What the next files are", h("span", { class: "quiet" }, " (optional)")), note),
        h("div", { class: "field" }, h("label", { for: id }, "Add files"), input, h("small", { id: hintId }, "Several at once, or drop them here. PDF, video, audio, Word, Excel and pictures, 100 MB each.")),
      ),
    );
  }

  #row(file: Attachment): HTMLElement {
    const { file_name, description, file_size, uploaded_at, downloads, previewed, mime_type } = file;
    const name = readableName(file_name);
    const preview = `/api/v1/attachments/${file.id}/preview`;
    const picture = mime_type.startsWith("image/");
    const mayChange = this.#session.may.includes("attach");
    const taken = downloads === 0 ? h("span", {}, "never downloaded") : h("span", {}, `downloaded ${downloads === 1 ? "once" : `${downloads} times`}`);
    return h(
      "li",
      {},
      h("span", { class: "event-mark file-mark" }, icon(markOf(mime_type))),
      h(
        "div",
        {},
        h("span", { class: "task-title" }, nameElement(file_name)),
        description ? h("span", { class: "said-text" }, description) : null,
        h("small", { class: "dotted" }, h("span", {}, sizeText(file_size)), h("span", {}, this.#names(file.employee_id), ", ", timeElement(uploaded_at)), taken),
        h(
          "div",
          { class: "file-tools" },
          previewed && picture ? h("button", { type: "button", class: "link", "data-key": `show-${file.id}`, on: { click: () => showPicture(preview, name) } }, icon("eye"), "Show", hidden(` ${name}`)) : null,
          previewed && !picture ? showLink(preview, "Show", name) : null,
          downloadLink(file.download_url, "Download", name),
          mayChange && downloads > 0 ? h("button", { type: "button", class: "link", "data-key": `who-${file.id}`, on: { click: () => void showDownloads(file) } }, "Who took it", hidden(`: ${name}`)) : null,
          mayChange ? h("button", { type: "button", class: "link", "data-key": `delete-${file.id}`, on: { click: () => this.#delete(file) } }, "Delete", hidden(` ${name}`)) : null,
        ),
      ),
    );
  }

  #delete(file: Attachment): void {
    confirmed({
      title: "Delete this file?",
      text: `“${readableName(file.file_name)}” can’t be read any more after that. The record keeps its name and SHA-256.`,
      verb: "Delete it",
      run: async () => {
        await account.http.call("DELETE", `/api/v1/attachments/${file.id}`);
        await this.refresh();
      },
    });
  }
}

function markOf(type: string): IconName {
  if (type.startsWith("image/")) return "eye";
  return /^(video|audio)\//.test(type) ? "play" : "record";
}

function showPicture(url: string, name: string): void {
  const said = h("p", { class: "problem", role: "alert" });
  const picture = h("img", { class: "preview", src: account.http.address(url), alt: name });
  picture.addEventListener("error", () => {
    picture.hidden = true;
    fill(said, icon("alert"), h("span", {}, "This picture can’t be shown now. Reload the page and try again."));
  });
  openDialog({ title: name, content: [picture, said], wide: true });
}

async function showDownloads(file: Attachment): Promise<void> {
  const host = h("div", {});
  openDialog({ title: `Who took ${readableName(file.file_name)}`, content: [host] });
  try {
    const { items, next } = await account.http.get<Page<Download>>(`/api/v1/attachments/${file.id}/downloads?limit=${MOST}`);
    const rows = items.map((one) => h("li", {}, nameElement(one.name ?? one.employee_id), timeElement(one.at)));
    fill(host, h("ul", { class: "rows" }, ...rows), next === null ? null : h("p", { class: "quiet" }, `The latest ${counted(items.length, "download")}.`));
  } catch (error) {
    fill(host, h("p", { class: "problem", role: "alert" }, icon("alert"), h("span", {}, explain(error))));
  }
}
