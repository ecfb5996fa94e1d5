// Admin → Sessions: those of everybody one looks after, with figures, filters that are the
// address, files to keep, and what waits for approval.

import { account } from "../lib/account";
import { chartsSection } from "../lib/charts";
import { fill, gathered, need } from "../lib/dom";
import { exportLinks, printButton } from "../lib/export-links";
import { type FilterControl, filterForm } from "../lib/filter-form";
import { dayBounds, Filters } from "../lib/filters";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import { Paged } from "../lib/paged";
import { people } from "../lib/people";
import { Section } from "../lib/section";
import { slimTiles } from "../lib/tiles";
import { sayZone } from "../meetings/words";
import { type SeriesPoint, sessionCharts } from "../sessions/charts";
import { completedTable } from "../sessions/lists";
import type { Session } from "../sessions/types";

const PAGE = 50;
const SETTLE = 500; // ms: several changes at once are fetched once
const NAMES = { employee_id: "", status: "", missed: "", approval: "", q: "", since: "", until: "" };
type Name = keyof typeof NAMES;

interface Figures {
  total: number;
  pending: number;
  completed: number;
  cancelled: number;
  missed: number;
  waiting: number;
  minutes: number;
}

export function startSessionBoard(): void {
  const main = need(document, "[data-board]");
  void gated(main, "Sign in to see the sessions", () => void show(main));
}

async function show(main: HTMLElement): Promise<void> {
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);
  sayZone(main);
  const staff = await people();
  const filters = new Filters<Name>(NAMES, () => changed());
  const list = new Paged<Session>(part("sessions"), {
    path: () => `/api/v1/completions?${asked(filters, { limit: String(PAGE) }).toString()}`,
    rows: (items) => completedTable(items, { whose: true, states: true }),
    empty: () => (filters.params.size > 0 ? "No session fits these filters." : "No session is on record yet."),
  });
  const figures = new Section<Figures>(part("figures"), {
    load: () => account.http.get<Figures>(`/api/v1/completions/figures?${asked(filters).toString()}`),
    render: tiles,
    empty: "",
  });
  const charts = chartsSection<{ points: SeriesPoint[] }>(
    part("charts"),
    () => account.http.get<{ points: SeriesPoint[] }>(`/api/v1/completions/series?${asked(filters).toString()}`),
    ({ points }) => sessionCharts(points),
  );
  const controls: FilterControl<Name>[] = [
    { name: "q", label: "Find", placeholder: "Title, code or summary" },
    { name: "employee_id", label: "Who", choices: [["", "Everybody"], ...staff.map(({ employee_id, name }): [string, string] => [employee_id, `${name} · ${employee_id}`])] },
    { name: "status", label: "State", choices: [["", "Any"], ["pending", "To come"], ["completed", "Completed"], ["cancelled", "Called off"]] },
    { name: "missed", label: "Closed in time", choices: [["", "All"], ["true", "Missed"], ["false", "Not missed"]] },
    { name: "approval", label: "Approval", choices: [["", "Any"], ["waiting", "Waits"], ["approved", "Approved"], ["rejected", "Rejected"], ["none", "None needed"]] },
    { name: "since", label: "From", day: true },
    { name: "until", label: "To", day: true },
  ];
  const drawFilters = filterForm(need<HTMLFormElement>(main, "[data-filters]"), filters, controls);
  const files = (): void => fill(part("files"), ...exportLinks("/api/v1/completions/file", asked(filters), ["csv", "xlsx", "pdf"]), printButton());
  const changed = (): void => {
    drawFilters();
    files();
    void figures.refresh();
    void charts.refresh();
    void list.restart();
  };
  files();
  const refresh = (): void => {
    void figures.refresh();
    void charts.refresh();
    void list.refresh();
  };
  const soon = gathered(refresh, SETTLE);
  void openLive({ activity: ({ kind }) => (/^(completion|note|attachment|batch)\./.test(kind) ? soon() : undefined), stale: soon });
  refresh();
}

/** The filters as the API wants them. */
function asked(filters: Filters<Name>, more: Record<string, string> = {}): URLSearchParams {
  const params = new URLSearchParams({ ...Object.fromEntries(filters.params), ...more });
  dayBounds(params);
  return params;
}

function tiles({ total, pending, completed, cancelled, missed, waiting, minutes }: Figures): HTMLElement {
  return slimTiles([
    ["Sessions", total.toLocaleString()],
    ["To come", pending.toLocaleString()],
    ["Completed", completed.toLocaleString()],
    ["Called off", cancelled.toLocaleString()],
    ["Missed", missed.toLocaleString()],
    ["To approve", waiting.toLocaleString()],
    ["Hours held", (minutes / 60).toLocaleString(undefined, { maximumFractionDigits: 1 })],
  ]);
}
