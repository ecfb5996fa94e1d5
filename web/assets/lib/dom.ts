// Small helpers to build elements. Text goes in as text nodes only: nothing here takes HTML.

export type Child = Node | string | null | undefined | false;

type Listeners = {
  [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void;
};

type Attribute = string | number | boolean | null | undefined;

export interface Props {
  on?: Listeners;
  [attribute: string]: Attribute | Listeners;
}

/** An element with attributes, listeners and children. `false`, null and undefined are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") {
      listen(element, value as Listeners);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  append(element, children);
  return element;
}

/** Replaces everything in `host` with the children. */
export function fill(host: Element, ...children: Child[]): void {
  host.replaceChildren();
  append(host, children);
}

/** The element that a template promises; an error that names it when it isn't there. */
export function need<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

/** Text for screen readers only. */
export function hidden(text: string): HTMLElement {
  return h("span", { class: "visually-hidden" }, text);
}

/** Runs `action` at most once in `wait` ms, also under a steady stream of calls. */
export function gathered(action: () => void, wait: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      action();
    }, wait);
  };
}

let counter = 0;

/** An id that no other element on this page has. */
export function freshId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

function listen(element: HTMLElement, listeners: Listeners): void {
  for (const [event, handler] of Object.entries(listeners)) {
    element.addEventListener(event, handler as EventListener);
  }
}
