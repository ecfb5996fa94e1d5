// Sessions: one's own to come as cards, the completed ones as a table, all of them as a timeline.

import { seesOthers } from "../dashboard/picker";
import { account } from "../lib/account";
import { fill, gathered, h, need } from "../lib/dom";
import { filterForm } from "../lib/filter-form";
import { Filters } from "../lib/filters";
import { gated } from "../lib/gate";
import { icon } from "../lib/icons";
import { openLive } from "../lib/live";
import { readableName } from "../lib/names";
import { Paged } from "../lib/paged";
import { filterTabs } from "../lib/tabs";
import { sayZone } from "../meetings/words";
import { planSession } from "../sessions/change";
import { cardsView, completedTable, historyView } from "../sessions/lists";
import type { Session } from "../sessions/types";
import { plannedText } from "../sessions/words";

const PAGE = 30;
const SETTLE = 300; // ms: several changes at once are fetched once
const EMPTY: Record<string, string> = {
  upcoming: "Nothing is planned. Plan a session, or set up a weekly batch.",
  completed: "You have not completed a session yet. Those to come have a button for it.",
  history: "No session of yours is on record yet.",
};

export function startSessionsPage(): void {
  const main = need(document, "[data-sessions]");
  void gated(main, "Sign in to see your sessions", () => show(main));
}

function show(main: HTMLElement): void {
  const filters = new Filters({ view: "upcoming", q: "" }, () => changed());
  const view = (): string => (filters.get("view") in EMPTY ? filters.get("view") : "upcoming");
  const said = need(main, '[data-part="said"]');
  const list = new Paged<Session>(need(main, '[data-part="sessions"]'), {
    path: () => `/api/v1/completions?${new URLSearchParams({ view: view(), employee_id: account.employee?.employee_id ?? "", limit: String(PAGE), ...(filters.get("q") ? { q: filters.get("q") } : {}) }).toString()}`,
    rows: (items) => (view() === "upcoming" ? cardsView(items, completed) : view() === "completed" ? completedTable(items) : historyView(items)),
    empty: () => (filters.get("q") ? "No session has these words in its title, code or summary." : (EMPTY[view()] ?? "")),
  });
  const completed = (session: Session): void => {
    fill(said, icon("check"), h("span", {}, `“${readableName(session.title)}” is completed. Its code is ${session.completion_code ?? ""}. `, h("a", { href: `/sessions/${session.id}/receipt` }, "Receipt")));
    void list.refresh();
  };
  const drawTabs = filterTabs(need(main, "[data-tabs]"), filters, "view", [["upcoming", "Upcoming"], ["completed", "Completed"], ["history", "History"]]);
  const drawFilters = filterForm(need<HTMLFormElement>(main, "[data-filters]"), filters, [{ name: "q", label: "Find", placeholder: "Title, code or summary" }]);
  const changed = (): void => {
    drawTabs();
    drawFilters();
    fill(said);
    main.dataset["view"] = view();
    void list.restart();
  };

  main.dataset["view"] = view();
  need(main, "[data-others]").hidden = !seesOthers();
  need(main, "[data-add]").addEventListener("click", () =>
    planSession((session) => {
      fill(said, icon("check"), h("span", {}, `“${readableName(session.title)}” is planned: ${plannedText(session)}.`));
      void list.refresh();
    }),
  );
  sayZone(main);
  const soon = gathered(() => void list.refresh(), SETTLE);
  void openLive({ activity: ({ kind }) => (/^(completion|note|attachment|batch)\./.test(kind) ? soon() : undefined), stale: soon });
  void list.refresh();
}
