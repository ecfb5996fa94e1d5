// Times come as ISO 8601 UTC and are shown on the clock of the person who reads them.

const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dateAndYear = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** "14:05" today, else "3 Oct, 14:05" (with the year when it is another one). */
export function shortTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return sameDay(at, now) ? clock.format(at) : `${dayOf(at, now)}, ${clock.format(at)}`;
}

/** "Today", "Yesterday", "3 Oct". */
export function dayName(at: Date, now = new Date()): string {
  const days = Math.round((midnight(at) - midnight(now)) / DAY);
  return Math.abs(days) <= 1 ? capital(relative.format(days, "day")) : dayOf(at, now);
}

/** A due date in words: "due tomorrow", "due 3 Oct", "2 days overdue". Dates without a time are days. */
export function dueText(iso: string, now = new Date()): string {
  const at = parseDay(iso);
  if (at === null) return `due ${iso}`;
  const days = Math.round((midnight(at) - midnight(now)) / DAY);
  if (days < -1) return `${-days} days overdue`;
  if (days === -1) return "1 day overdue";
  return days <= 1 ? `due ${relative.format(days, "day")}` : `due ${dayOf(at, now)}`;
}

export function isOverdue(iso: string, now = new Date()): boolean {
  const at = parseDay(iso);
  return at !== null && midnight(at) < midnight(now);
}

/** "2 h 5 min" between two moments. */
export function duration(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (Number.isNaN(minutes)) return "";
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `<time>` with the short form, the long form as its title. */
export function timeElement(iso: string): HTMLTimeElement {
  const element = document.createElement("time");
  element.dateTime = iso;
  element.textContent = shortTime(iso);
  const at = new Date(iso);
  if (!Number.isNaN(at.getTime())) element.title = full.format(at);
  return element;
}

export function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** "45 seconds", "3 minutes": for how long to wait. */
export function waitText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

export function clockAfter(seconds: number, now = new Date()): string {
  return clock.format(new Date(now.getTime() + seconds * 1000));
}

/** A calendar day stays that day wherever it is read: "2026-10-15" is local midnight, not UTC. */
function parseDay(iso: string): Date | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const at = day ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])) : new Date(iso);
  return Number.isNaN(at.getTime()) ? null : at;
}

function dayOf(at: Date, now: Date): string {
  return (at.getFullYear() === now.getFullYear() ? date : dateAndYear).format(at);
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
