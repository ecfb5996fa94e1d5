// Files on their way in: several at once, each with its progress, a way to stop it, and its error.

import { fill, h, hidden } from "../lib/dom";
import { explain, uuid } from "../lib/http";
import { icon } from "../lib/icons";
import { nameElement, readableName } from "../lib/names";
import { Cancelled, type Upload, upload } from "../lib/upload";
import type { Attachment } from "./types";
import { sizeText } from "./words";

const AT_ONCE = 2;
const LARGEST = 100 * 1024 * 1024; // bytes
export const EXTENSIONS = ["pdf", "mp4", "m4v", "webm", "mov", "mpeg", "mpg", "mp3", "wav", "docx", "xlsx", "doc", "xls", "png", "jpg", "jpeg", "gif", "webp"];

export class Uploads {
  readonly #host: HTMLElement;
  readonly #path: string;
  readonly #arrived: () => void;
  readonly #spoken = h("p", { class: "visually-hidden", role: "status" });
  readonly #rows = h("ul", { class: "rows uploads" });
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  /** `arrived` is called after each file that is kept. */
  constructor(host: HTMLElement, completionId: string, arrived: () => void) {
    this.#host = host;
    this.#path = `/api/v1/completions/${completionId}/attachments`;
    this.#arrived = arrived;
    fill(host, this.#spoken, this.#rows);
    window.addEventListener("beforeunload", (event) => {
      if (this.#running > 0) event.preventDefault();
    });
  }

  add(files: Iterable<File>, description: string): void {
    for (const file of files) this.#add(file, description);
  }

  #add(file: File, description: string): void {
    const name = readableName(file.name);
    const params = new URLSearchParams({ file_name: file.name || "file", ...(description ? { description } : {}) });
    const bar = h("progress", { max: 1, value: 0, "aria-label": `${name}, sent` });
    const state = h("small", {}, "Waits");
    const stop = h("button", { type: "button", class: "secondary small" }, "Cancel", hidden(` ${name}`));
    const problem = h("p", { class: "problem", role: "alert" });
    const tools = h("div", { class: "form-actions" }, stop);
    const row = h("li", { class: "upload" }, h("div", {}, h("span", { class: "task-title" }, nameElement(file.name)), bar, state, problem), tools);
    const key = uuid(); // a repeat of what arrived after all gives the same file
    let call: Upload<Attachment> | null = null;
    let stopped = false;
    this.#rows.append(row);

    const fail = (text: string, again: boolean): void => {
      bar.hidden = true;
      fill(state, sizeText(file.size));
      fill(problem, icon("alert"), h("span", {}, text));
      const away = h("button", { type: "button", class: "secondary small", on: { click: () => this.#remove(row) } }, "Remove", hidden(` ${name} from the list`));
      const retry = h("button", { type: "button", class: "secondary small", on: { click: () => this.#enqueue(send) } }, icon("retry"), "Try again", hidden(` with ${name}`));
      fill(tools, again ? retry : null, away);
    };
    const send = async (): Promise<void> => {
      if (stopped) return;
      fill(problem);
      bar.hidden = false;
      fill(tools, stop);
      fill(state, `0 % of ${sizeText(file.size)}`);
      try {
        call = upload<Attachment>(`${this.#path}?${params.toString()}`, file, key, (part) => {
          bar.value = part;
          fill(state, part < 1 ? `${Math.floor(100 * part)} % of ${sizeText(file.size)}` : "Is being checked");
        });
        await call.done;
        this.#say(`${name} is kept.`);
        this.#remove(row);
        this.#arrived();
      } catch (error) {
        if (error instanceof Cancelled) this.#cancelled(row, name);
        else fail(explain(error), true);
      }
    };
    stop.addEventListener("click", () => {
      stopped = true;
      if (call === null) this.#cancelled(row, name);
      else call.cancel();
    });

    const wrong = refusal(file);
    if (wrong === null) this.#enqueue(send);
    else fail(wrong, false);
  }

  #cancelled(row: HTMLElement, name: string): void {
    this.#say(`${name} was cancelled, nothing of it is kept.`);
    this.#remove(row);
  }

  #remove(row: HTMLElement): void {
    const hadFocus = row.contains(document.activeElement);
    row.remove();
    if (hadFocus) this.#host.parentElement?.querySelector<HTMLElement>("input[type=file]")?.focus();
  }

  #enqueue(send: () => Promise<void>): void {
    this.#waiting.push(send);
    void this.#next();
  }

  async #next(): Promise<void> {
    if (this.#running >= AT_ONCE) return;
    const send = this.#waiting.shift();
    if (send === undefined) return;
    this.#running += 1;
    await send();
    this.#running -= 1;
    void this.#next();
  }

  #say(text: string): void {
    this.#spoken.textContent = text;
  }
}

/** What the server would refuse anyway, said before a hundred megabytes are on their way. */
function refusal({ name, size }: File): string | null {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  if (!EXTENSIONS.includes(extension)) return "That type of file is not accepted. PDF, MP4, WebM, MOV, MPEG, MP3, WAV, DOCX, XLSX, DOC, XLS, PNG, JPG, GIF and WebP are.";
  if (size > LARGEST) return `It has ${sizeText(size)}; 100 MB are the most. Cut it into parts, please.`;
  return size === 0 ? "It is empty." : null;
}
