// Dialogs: the browser's own <dialog>, which keeps the cursor inside and gives it back at the end.

import { type Child, fill, freshId, h } from "./dom";
import { explain, NoAnswer } from "./http";
import { icon } from "./icons";

export interface Dialog {
  close: () => void;
}

interface DialogOptions {
  title: string;
  content: Child[];
  /** A step back that would lose something: only its own button ends the dialog. */
  stay?: boolean;
  /** For forms with many fields. */
  wide?: boolean;
  closed?: () => void;
}

export function openDialog({ title, content, stay = false, wide = false, closed }: DialogOptions): Dialog {
  const id = freshId("dialog");
  const opener = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["key"] : undefined;
  const element = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": id });
  const close = (): void => element.close();
  element.append(
    h(
      "article",
      {},
      h(
        "header",
        {},
        h("h2", { id }, title),
        stay ? null : h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } }, icon("close")),
      ),
      ...content.filter((each): each is Node | string => Boolean(each)),
    ),
  );
  element.addEventListener("cancel", (event) => {
    if (stay) event.preventDefault();
  });
  element.addEventListener("close", () => {
    element.remove();
    // What opened it may have been drawn anew meanwhile: then the browser gives the cursor to nobody.
    if (opener && document.activeElement === document.body) document.querySelector<HTMLElement>(`[data-key="${CSS.escape(opener)}"]`)?.focus();
    closed?.();
  });
  document.body.append(element);
  element.showModal();
  // Where one types first, not the button that closes.
  element.querySelector<HTMLElement>("form :is(input:not([readonly]), textarea)")?.focus();
  return { close };
}

interface Confirmation {
  title: string;
  /** What will happen, so that nobody has to guess. */
  text: string;
  verb: string;
  /** Nothing is lost by it. */
  calm?: boolean;
  run: () => Promise<void>;
}

/** Asks before something that can't simply be taken back, does it, and says when that failed. */
export function confirmed({ title, text, verb, calm = false, run }: Confirmation): void {
  const problem = h("p", { class: "problem", role: "alert" });
  const go = h("button", { type: "button", class: calm ? "primary" : "primary danger" }, verb);
  const cancel = h("button", { type: "button", class: "secondary" }, "Cancel");
  const dialog = openDialog({ title, content: [h("p", {}, text), problem, h("div", { class: "form-actions" }, go, cancel)] });
  cancel.addEventListener("click", dialog.close);
  cancel.focus();
  go.addEventListener("click", () => {
    go.disabled = true;
    fill(problem);
    run().then(dialog.close, (error: unknown) => {
      go.disabled = false;
      fill(problem, icon("alert"), h("span", {}, `${explain(error)}${error instanceof NoAnswer ? " It may have been done: look before you try again." : ""}`));
    });
  });
}

/** Shows a secret that can't be read again, with a button that copies it. */
export function showOnce(title: string, label: string, secret: string, ...more: Child[]): Promise<void> {
  const id = freshId("once");
  const output = h("output", { class: "once", id, tabindex: "0" }, secret);
  const said = h("small", { role: "status" });
  const copy = h("button", { type: "button", class: "secondary" }, icon("copy"), "Copy");
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(secret).then(
      () => fill(said, "Copied."),
      () => {
        getSelection()?.selectAllChildren(output);
        fill(said, "It is selected: copy it with your keyboard.");
      },
    );
  });
  return new Promise((resolve) => {
    const done = h("button", { type: "button", class: "primary" }, "I have noted it");
    const dialog = openDialog({
      title,
      content: [h("label", { for: id }, label), output, h("div", { class: "once-copy" }, copy, said), ...more, h("div", { class: "form-actions" }, done)],
      stay: true,
      closed: resolve,
    });
    done.addEventListener("click", () => {
      // A closed dialog leaves the page only with its "close" event, a moment later: the secret goes now.
      fill(output);
      dialog.close();
    });
    copy.focus();
  });
}
