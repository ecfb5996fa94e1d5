// Weekly batches: what one holds every week, and what the people do whom one looks after.

import { setUpBatch } from "../batches/change";
import type { Batch } from "../batches/types";
import { batchTag, isEmpty, rhythmText, termText } from "../batches/words";
import { seesOthers } from "../dashboard/picker";
import { account } from "../lib/account";
import { gathered, h, need } from "../lib/dom";
import { filterForm } from "../lib/filter-form";
import { Filters } from "../lib/filters";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { nameElement } from "../lib/names";
import { Paged } from "../lib/paged";

const PAGE = 50;
const SETTLE = 300; // ms: several changes at once are fetched once

export function startBatchesPage(): void {
  const main = need(document, "[data-batches]");
  void gated(main, "Sign in to see your weekly batches", () => show(main));
}

function show(main: HTMLElement): void {
  const filters = new Filters({ whose: "" }, () => changed());
  const everybodys = (): boolean => seesOthers() && filters.get("whose") === "all";
  const list = new Paged<Batch>(need(main, '[data-part="batches"]'), {
    path: () => `/api/v1/batches?limit=${PAGE}${everybodys() ? "" : `&employee_id=${account.employee?.employee_id ?? ""}`}`,
    rows: (items) => h("ul", { class: "board session-cards" }, ...items.filter((one) => !isEmpty(one)).map((one) => card(one, everybodys()))),
    empty: () => (everybodys() ? "Nobody has a weekly batch yet." : "You have no weekly batch yet. Set one up, and its sessions are planned sixty days ahead."),
  });
  const drawFilters = seesOthers() ? filterForm(need<HTMLFormElement>(main, "[data-filters]"), filters, [{ name: "whose", label: "Whose", choices: [["", "Mine"], ["all", "Everybody’s"]] }]) : () => undefined;
  const changed = (): void => {
    drawFilters();
    void list.restart();
  };
  need(main, "[data-add]").addEventListener("click", () => setUpBatch(({ id }) => location.assign(`/sessions/batches/${id}`)));
  const soon = gathered(() => void list.refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (kind.startsWith("batch.") ? soon() : undefined), stale: soon });
  void list.refresh();
}

function card(batch: Batch, whose: boolean): HTMLElement {
  const { id, title, timezone, holidays, employee_name, employee_id } = batch;
  const off = holidays.length;
  return h(
    "li",
    { class: "panel session-card" },
    h("div", { class: "tags" }, batchTag(batch)),
    h("h2", {}, h("a", { href: `/sessions/batches/${id}`, "data-key": `open-${id}` }, nameElement(title))),
    h("p", {}, rhythmText(batch)),
    h("p", { class: "quiet dotted" }, h("span", {}, termText(batch)), h("span", {}, timezone.replaceAll("_", " ")), off > 0 ? h("span", {}, off === 1 ? "1 day off" : `${off} days off`) : null, whose ? h("span", {}, nameElement(employee_name ?? employee_id)) : null),
  );
}
