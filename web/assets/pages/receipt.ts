// A receipt: what was on record when a session was closed, to print, and to verify by its code.

import { account } from "../lib/account";
import { type Child, fill, h, need } from "../lib/dom";
import { downloadLink } from "../lib/download";
import { actionForm, textField } from "../lib/form";
import { gated } from "../lib/gate";
import { ApiError } from "../lib/http";
import { icon } from "../lib/icons";
import { nameElement } from "../lib/names";
import { qrPicture } from "../lib/qr";
import { Section } from "../lib/section";
import { fullTime } from "../lib/time";
import { sayZone } from "../meetings/words";
import type { Receipt } from "../sessions/types";
import { counted, sizeText } from "../sessions/words";

/** What a receipt holds, in words. */
const PARTS: Record<string, string> = {
  employee_id: "whose it is",
  title: "the title",
  scheduled: "the planned times",
  actual: "the actual times",
  completed_at: "when it was completed",
  summary_sha256: "the summary",
  notes: "the notes",
  files: "the files",
  receipt: "the receipt itself",
};

export function startReceiptPage(): void {
  const main = need(document, "[data-receipt]");
  void gated(main, "Sign in to verify a receipt", () => show(main));
}

function show(main: HTMLElement): void {
  const { session, code } = main.dataset;
  sayZone(main);
  const ask = need(main, '[data-part="ask"]');
  if (!session) fill(ask, codeForm(code ?? ""));
  if (!session && !code) return;
  const path = session ? `/api/v1/completions/${encodeURIComponent(session)}/receipt` : `/api/v1/receipts/${encodeURIComponent(code ?? "")}`;
  const section = new Section<{ receipt: Receipt; qr: SVGSVGElement } | string>(need(main, '[data-part="receipt"]'), {
    load: async () => {
      try {
        const receipt = await account.http.get<Receipt>(path);
        return { receipt, qr: await qrPicture(linkOf(receipt), `QR code of ${linkOf(receipt)}`) };
      } catch (error) {
        // An answer, not a failure: there is no such receipt, or not yet.
        if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return error.message;
        throw error;
      }
    },
    render: (found) => (typeof found === "string" ? h("p", { class: "verdict wrong", role: "alert" }, icon("alert"), h("span", {}, found)) : receiptView(found.receipt, found.qr, session ? `${path}.pdf` : null)),
    empty: "",
  });
  void section.refresh();
}

function linkOf({ code }: Receipt): string {
  return `${location.origin}/receipts/${encodeURIComponent(code)}`;
}

function codeForm(code: string): HTMLElement {
  const field = textField({ name: "code", label: "Completion code", value: code, attributes: { maxlength: 60, autocapitalize: "characters", placeholder: "RC-7QKD-M2XA-S", class: "code-text" } });
  return actionForm({
    fields: [field],
    verb: "Verify",
    send: async () => {
      location.assign(`/receipts/${encodeURIComponent(field.input.value.trim().toUpperCase())}`);
      return Promise.resolve();
    },
  });
}

/** `pdf` is where it is as a file, for those who may see the session. */
function receiptView(receipt: Receipt, qr: SVGSVGElement, pdf: string | null): HTMLElement {
  const rows: [string, Child][] = [
    ["Session", nameElement(receipt.title)],
    ["Held by", h("span", {}, nameElement(receipt.name ?? receipt.employee_id), ` (${receipt.employee_id})`)],
    ["Planned", fullTime(...receipt.scheduled)],
    ["Took place", fullTime(...receipt.actual)],
    ["Completed", fullTime(receipt.completed_at)],
    ["Receipt made", fullTime(receipt.issued_at)],
    ["Notes", counted(receipt.notes.length, "note")],
    ["Files", counted(receipt.files.length, "file")],
  ];
  const changed = receipt.changed.map((name) => PARTS[name] ?? name).join(", ");
  const verdict = receipt.valid
    ? h("p", { class: "verdict right", role: "status" }, icon("check"), h("span", {}, "Genuine: the record says the same today."))
    : h("p", { class: "verdict wrong", role: "status" }, icon("alert"), h("span", {}, `Something was changed since this receipt was made: ${changed}.`));
  const print = h("button", { type: "button", class: "secondary", on: { click: () => window.print() } }, icon("print"), "Print");
  return h(
    "article",
    { class: "receipt" },
    verdict,
    h("div", { class: "receipt-head" }, h("div", {}, h("p", { class: "quiet" }, "Completion code"), h("p", { class: "join-code" }, receipt.code), h("a", { class: "join-link", href: linkOf(receipt) }, linkOf(receipt))), h("div", { class: "qr-box" }, qr)),
    h("dl", { class: "facts" }, ...rows.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)])),
    h("h2", {}, "SHA-256"),
    h(
      "dl",
      { class: "facts hashes" },
      ...hash("Receipt", receipt.sha256),
      ...hash("Summary", receipt.summary_sha256),
      ...receipt.notes.flatMap((one, at) => hash(`Note ${at + 1}, ${one.by}`, one.sha256)),
      ...receipt.files.flatMap((one, at) => hash(`File ${at + 1}, ${sizeText(one.size)}`, one.sha256)),
    ),
    h("div", { class: "form-actions files" }, print, pdf === null ? null : downloadLink(pdf, "PDF")),
  );
}

function hash(name: string, value: string): HTMLElement[] {
  return [h("dt", {}, name), h("dd", { class: "mono" }, value)];
}
