// Whether somebody is at this page. The server signs out who has been away for half an hour, and a
// page that keeps itself up to date must not stand in for a person: each call says which it is.

const LATELY = 60_000; // ms: what a person does now is answered by calls within this
const STILL_THERE = 300_000; // ms: how often a person who reads, and needs no call for it, is reported

let touched = Number.NEGATIVE_INFINITY;
let reported = Date.now();
let report: () => void = () => undefined;

for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(kind, note, { capture: true, passive: true });
}

function note(): void {
  touched = Date.now();
  if (touched - reported < STILL_THERE) return;
  reported = touched;
  report();
}

/** The header of a call: 1 when somebody touched the page lately. */
export function presence(): Record<string, string> {
  const there = Date.now() - touched < LATELY;
  if (there) reported = Date.now();
  return { "X-User-Active": there ? "1" : "0" };
}

/** What to call when somebody is there, but has needed no call for a while. */
export function whenStillThere(tell: () => void): void {
  report = tell;
}
