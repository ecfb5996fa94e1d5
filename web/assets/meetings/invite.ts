// Who is expected in a meeting: they see it among their own, and the report says who did not come.

import { account } from "../lib/account";
import { h } from "../lib/dom";
import { openDialog } from "../lib/dialog";
import { actionForm } from "../lib/form";
import { ApiError, uuid } from "../lib/http";
import { people } from "../lib/people";
import type { SeenMeeting } from "./types";

interface Invitees {
  element: HTMLElement;
  /** Whether there is anybody whom one may put on a list. */
  any: Promise<boolean>;
  chosen: () => string[];
}

/** The people one may see, to tick. */
export function peopleToInvite(): Invitees {
  const element = h("div", { class: "checks invitees", role: "group", "aria-label": "People" });
  const any = people().then((all) => {
    const others = all.filter(({ employee_id, status }) => employee_id !== account.employee?.employee_id && (status ?? "active") === "active");
    element.append(...others.map((one) => h("label", {}, h("input", { type: "checkbox", value: one.employee_id }), h("span", {}, one.name, h("small", {}, one.employee_id)))));
    return others.length > 0;
  });
  return { element, any, chosen: () => Array.from(element.querySelectorAll<HTMLInputElement>("input:checked"), ({ value }) => value) };
}

/** Puts more people on the list of a meeting. */
export function invite(meeting: SeenMeeting, changed: () => void): void {
  const choice = peopleToInvite();
  const key = uuid();
  const form = actionForm({
    fields: [],
    above: [choice.element],
    verb: "Put them on the list",
    send: async () => {
      const chosen = choice.chosen();
      if (chosen.length === 0) throw new ApiError(422, "invalid", "Choose at least one person.", {}, null);
      await account.http.post(`/api/v1/meetings/${meeting.id}/invitations`, { employee_ids: chosen }, key);
      dialog.close();
      changed();
    },
  });
  const dialog = openDialog({ title: "Who is expected?", content: [form] });
  void choice.any.then((any) => {
    if (!any) choice.element.append(h("p", { class: "quiet" }, "There is nobody whom you may put on the list. Send them the link."));
  });
}
