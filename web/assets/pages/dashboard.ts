// The dashboard: what happened, of oneself or of whoever one may see, changing as it happens.
// `?employee_id=EMP003` shows somebody, `?employee_id=all` everyone one may see; `?subject=…` asks.

import { AnswerPanel } from "../dashboard/answer";
import { statisticsCharts } from "../dashboard/charts";
import { LiveLight } from "../lib/live-light";
import { seesOthers, startPicker } from "../dashboard/picker";
import { sessionsSection } from "../dashboard/sessions";
import { registrationsSection, tasksSection } from "../dashboard/tables";
import { tilesSection } from "../dashboard/tiles";
import { Timeline } from "../dashboard/timeline";
import { EVERYONE, type View } from "../dashboard/view";
import { account } from "../lib/account";
import { chartsSection } from "../lib/charts";
import { gathered, need } from "../lib/dom";
import { gated } from "../lib/gate";
import { openLive } from "../lib/live";
import type { Refreshable } from "../lib/section";
import type { Activity, Statistics } from "../lib/types";

const SETTLE = 150; // ms: several changes at once are fetched once

export function startDashboard(): void {
  const main = need(document, "[data-dashboard]");
  void gated(main, "Sign in to see the dashboard", () => show(main));
}

function show(main: HTMLElement): void {
  const view = viewOf(new URLSearchParams(location.search));
  const part = (name: string): HTMLElement => need(main, `[data-part="${name}"]`);

  const timeline = new Timeline(part("timeline"), view);
  const figures = statistics(view);
  const parts: Refreshable[] = [
    new AnswerPanel(main, view),
    tilesSection(part("tiles"), figures),
    chartsSection(part("charts"), figures, statisticsCharts),
    sessionsSection(part("sessions"), view),
    registrationsSection(part("registrations"), view),
    tasksSection(part("tasks"), view),
    timeline,
  ];
  const refresh = (): void => parts.forEach((each) => void each.refresh());
  const soon = gathered(refresh, SETTLE);
  void startPicker(need(main, "[data-picker]"), view);

  for (const button of main.querySelectorAll(".unfold")) {
    button.addEventListener("click", () => {
      const section = button.closest(".foldable");
      section?.classList.add("unfolded");
      const title = section?.querySelector<HTMLElement>("h2");
      title?.setAttribute("tabindex", "-1"); // the button is gone: go on reading from here
      title?.focus();
    });
  }

  const light = new LiveLight(need(main, "[data-live]"));
  void openLive({
    activity: (activity: Activity) => {
      timeline.add(activity);
      soon();
    },
    stale: soon,
    connected: () => light.connected(),
    lost: () => light.lost(),
  });
  refresh();
}

/** Tiles and charts are drawn from one answer: who asks while it is on its way shares it. */
function statistics(view: View): () => Promise<Statistics> {
  const query = view.employeeId === null ? "" : `?employee_id=${encodeURIComponent(view.employeeId)}`;
  let coming: Promise<Statistics> | null = null;
  return () => {
    coming ??= account.http.get<Statistics>(`/api/v1/statistics${query}`).finally(() => {
      coming = null;
    });
    return coming;
  };
}

function viewOf(address: URLSearchParams): View {
  const asked = address.get("employee_id");
  const own = account.employee?.employee_id ?? "";
  // A question about nobody in particular is about everyone; the rest of the page goes with it.
  const several = /[,-]/.test(asked ?? "");
  const everyone = asked === EVERYONE || several || (!asked && address.has("subject") && seesOthers());
  if (everyone) return { employeeId: null, own };
  return { employeeId: asked?.trim().toUpperCase() || own, own };
}
