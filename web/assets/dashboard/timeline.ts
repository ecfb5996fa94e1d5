// What happened, newest first. An event from the live feed is put on top at once; the fetch that
// follows makes sure that the order and the rest are right.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { icon, type IconName } from "../lib/icons";
import { label } from "../lib/labels";
import { Section } from "../lib/section";
import { dayName, timeElement } from "../lib/time";
import type { Activity, Page } from "../lib/types";
import type { View } from "./view";

const SHOWN = 40;

export class Timeline {
  readonly #view: View;
  readonly #section: Section<Activity[]>;
  #items: Activity[] = [];
  #fresh = new Set<string>();

  constructor(host: HTMLElement, view: View) {
    this.#view = view;
    this.#section = new Section<Activity[]>(host, {
      load: () => this.#load(),
      render: (items) => (items.length > 0 ? timelineView(items, this.#fresh) : null),
      empty: "Nothing has happened yet.",
    });
  }

  refresh(): Promise<void> {
    return this.#section.refresh();
  }

  add(activity: Activity): void {
    if (!this.#isShown(activity) || this.#items.some((each) => each.id === activity.id)) return;
    this.#fresh.add(activity.id);
    this.#items = [activity, ...this.#items].slice(0, SHOWN);
    this.#section.show(this.#items);
  }

  async #load(): Promise<Activity[]> {
    const { employeeId } = this.#view;
    const whose = employeeId === null ? "" : `&employee_id=${encodeURIComponent(employeeId)}`;
    const page = await account.http.get<Page<Activity>>(`/api/v1/activities?limit=${SHOWN}${whose}`);
    this.#items = page.items;
    return this.#items;
  }

  #isShown(activity: Activity): boolean {
    const { employeeId } = this.#view;
    return employeeId === null || activity.employee_id === employeeId || activity.data["assignee"] === employeeId;
  }
}

/** The list itself; also used for the details of one session. */
export function timelineView(items: Activity[], fresh: ReadonlySet<string> = new Set()): HTMLElement {
  const list = h("ol", { class: "timeline" });
  let day = "";
  for (const item of items) {
    const name = dayName(new Date(item.at));
    if (name !== day) list.append(h("li", { class: "timeline-day" }, name));
    day = name;
    list.append(
      h(
        "li",
        { class: fresh.has(item.id) ? "event fresh" : "event" },
        h("span", { class: `event-mark ${item.subject.type}` }, icon(iconOf(item.kind))),
        h("div", {}, h("span", {}, item.text ?? label(item.kind.replace(".", " "))), timeElement(item.at)),
      ),
    );
  }
  return list;
}

function iconOf(kind: string): IconName {
  if (kind === "task.completed") return "check";
  if (kind === "task.started") return "play";
  if (kind === "session.opened") return "key";
  if (/failed|locked/.test(kind)) return "alert";
  const subject = kind.split(".")[0] ?? "";
  const icons: Record<string, IconName> = { session: "out", registration: "record", task: "task", person: "person", credential: "lock", meeting: "meeting", attendance: "meeting", participant: "person" };
  return icons[subject] ?? "info";
}
