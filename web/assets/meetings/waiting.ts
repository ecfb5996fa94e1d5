// Waiting to be let in: the page says so, and goes on by itself when the host has decided.

import { account } from "../lib/account";
import { type Child, fill, h } from "../lib/dom";
import { explain } from "../lib/http";
import { icon, type IconName } from "../lib/icons";
import { openLive } from "../lib/live";
import type { Page } from "../lib/types";
import type { Interval } from "./types";

const LOOKED_AT = 50; // of one's newest intervals: who waits has just come

/** A heading with its icon, a sentence, and what can be done. */
export function said(name: IconName, title: string, text: string, ...more: Child[]): HTMLElement[] {
  return [h("div", { class: "join-said", role: "status" }, h("h2", {}, icon(name), title), h("p", {}, text)), ...more.filter((each): each is HTMLElement => each instanceof HTMLElement)];
}

export function tryAgain(): HTMLElement {
  return h("button", { type: "button", class: "secondary", on: { click: () => location.reload() } }, icon("retry"), "Try again");
}

/** One's own interval in a meeting in which one waits, if there is one. */
export async function waitingIn(meetingId: string): Promise<Interval | undefined> {
  return (await ownIntervals()).find((one) => one.meeting_id === meetingId && one.state === "waiting");
}

/** Shows in `host` that one waits, until that is over. `title` is the meeting's, where it is known. */
export function waitForHost(host: HTMLElement, interval: Interval, title: string | null): void {
  const of = title === null ? "" : ` of “${title}”`;
  fill(host, ...said("session", "Waiting for the host", `The host${of} has been told. This page goes on by itself when you are let in.`, stopWaiting(interval)));
  const look = (): void => void decided(host, interval);
  void openLive({
    activity: ({ kind, data }) => (/^(attendance|meeting)\./.test(kind) && data["meeting"] === interval.meeting_id ? look() : undefined),
    meeting: look,
    stale: look,
  });
}

async function decided(host: HTMLElement, { session_id, meeting_id }: Interval): Promise<void> {
  const now = (await ownIntervals().catch(() => [])).find((one) => one.session_id === session_id);
  if (now?.state === "here") location.assign(`/meetings/${meeting_id}`);
  else if (now?.state === "refused") fill(host, ...said("alert", "The host did not let you in", "If that is a mistake, ask the host and try again.", tryAgain()));
  else if (now?.state === "left") fill(host, ...said("alert", "You are not waiting any more", "The meeting may be over, or you have left on another device.", tryAgain()));
}

async function ownIntervals(): Promise<Interval[]> {
  return (await account.http.get<Page<Interval>>(`/api/v1/attendances?limit=${LOOKED_AT}`)).items;
}

function stopWaiting({ meeting_id, session_id }: Interval): HTMLElement {
  const button = h("button", { type: "button", class: "secondary" }, "Stop waiting");
  button.addEventListener("click", () => {
    button.disabled = true;
    account.http.post(`/api/v1/meetings/${meeting_id}/leave`, { session_id }).then(
      () => location.assign("/meetings"),
      (error: unknown) => {
        button.disabled = false;
        button.after(h("p", { class: "field-problem", role: "alert" }, explain(error)));
      },
    );
  });
  return button;
}
