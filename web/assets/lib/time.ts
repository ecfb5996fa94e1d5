// Times come as ISO 8601 UTC and are shown in the time zone of the person who is signed in, the
// one that the assistant speaks in too.

const DAY = 86_400_000;

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

interface Formats {
  clock: Intl.DateTimeFormat;
  date: Intl.DateTimeFormat;
  dateAndYear: Intl.DateTimeFormat;
  full: Intl.DateTimeFormat;
  /** "2026-11-21": for comparing days. */
  day: Intl.DateTimeFormat;
  /** "Sat, 21 Nov" */
  weekday: Intl.DateTimeFormat;
  /** "Central European Standard Time", among other parts. */
  zone: Intl.DateTimeFormat;
  /** Every part of date and time in two digits, to compare with UTC. */
  clocks: Intl.DateTimeFormat;
}

let formats = formatsIn(undefined);

/** The zone that times are shown in; null or an unknown one: the browser's. */
export function showTimesIn(zone: string | null | undefined): void {
  try {
    formats = formatsIn(zone ?? undefined);
  } catch {
    formats = formatsIn(undefined);
  }
}

function formatsIn(timeZone: string | undefined): Formats {
  const format = (options: Intl.DateTimeFormatOptions, locale?: string): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...options, ...(timeZone ? { timeZone } : {}) });
  return {
    clock: format({ hour: "2-digit", minute: "2-digit" }),
    date: format({ day: "numeric", month: "short" }),
    dateAndYear: format({ dateStyle: "medium" }),
    full: format({ dateStyle: "full", timeStyle: "short" }),
    day: format({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA"),
    weekday: format({ weekday: "short", day: "numeric", month: "short" }),
    zone: format({ timeZoneName: "short" }),
    clocks: format(
      { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
      "en-CA",
    ),
  };
}

/** "14:05" today, else "3 Oct, 14:05" (with the year when it is another one). */
export function shortTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return sameDay(at, now) ? formats.clock.format(at) : `${dayOf(at, now)}, ${formats.clock.format(at)}`;
}

/** "Today", "Yesterday", "3 Oct". */
export function dayName(at: Date, now = new Date()): string {
  const days = daysBetween(now, at);
  return Math.abs(days) <= 1 ? capital(relative.format(days, "day")) : dayOf(at, now);
}

/** A due date in words: "due tomorrow", "due 3 Oct", "2 days overdue". */
export function dueText(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return `due ${iso}`;
  const days = daysBetween(now, at);
  if (days < -1) return `${-days} days overdue`;
  if (days === -1) return "1 day overdue";
  return days <= 1 ? `due ${relative.format(days, "day")}` : `due ${dayOf(at, now)}`;
}

export function isOverdue(iso: string, now = new Date()): boolean {
  return Date.parse(iso) < now.getTime();
}

/** "2 h 5 min" between two moments. */
export function duration(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  return Number.isNaN(minutes) ? "" : minutesText(minutes);
}

/** "2 h 5 min" for 125. */
export function minutesText(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return `${Math.floor(whole / 60).toLocaleString()} h ${whole % 60} min`;
}

/** The day of a moment, "2026-11-21"; "" when it is none. */
export function dayIn(moment: number): string {
  return Number.isNaN(moment) ? "" : formats.day.format(moment);
}

/** "21 Nov" for the day of a moment, with the year when it is another one. */
export function dateText(moment: number): string {
  return dayOf(new Date(moment), new Date());
}

/** When "2026-11-21" begins, in the zone that times are shown in, as ISO 8601 UTC. */
export function startOfDay(day: string): string {
  return momentOf(`${day}T00:00`);
}

/** The moment of "2026-11-21T15:00" on the clocks of the zone that times are shown in, as ISO
 * 8601 UTC. */
export function momentOf(local: string): string {
  const asked = Date.parse(`${local}Z`);
  // Twice: the first guess can be on the other side of a change of clocks.
  let found = asked - offsetAt(asked);
  found = asked - offsetAt(found);
  return new Date(found).toISOString();
}

/** "2026-11-21T15:00" for a moment, as `<input type="datetime-local">` wants it. */
export function localOf(moment: number): string {
  return new Date(moment + offsetAt(moment)).toISOString().slice(0, 16);
}

/** "14:05". */
export function clockOf(moment: number): string {
  return formats.clock.format(moment);
}

/** "Today, 15:00 – 16:00", "Sat, 21 Nov, 15:00". */
export function whenText(from: string, to?: string | null, now = new Date()): string {
  const at = new Date(from);
  const near = Math.abs(daysBetween(now, at)) <= 1;
  const sameYear = dayIn(at.getTime()).slice(0, 4) === dayIn(now.getTime()).slice(0, 4);
  const day = near ? dayName(at, now) : sameYear ? formats.weekday.format(at) : formats.dateAndYear.format(at);
  const start = `${day}, ${formats.clock.format(at)}`;
  if (!to) return start;
  const end = new Date(to);
  return `${start} – ${sameDay(at, end) ? "" : `${dayOf(end, now)}, `}${formats.clock.format(end)}`;
}

/** "Saturday, 21 November 2026 at 15:00 – 16:00": for paper, where "today" means nothing. */
export function fullTime(from: string, to?: string | null): string {
  const at = new Date(from);
  const end = to ? new Date(to) : null;
  return `${formats.full.format(at)}${end === null ? "" : ` – ${(sameDay(at, end) ? formats.clock : formats.full).format(end)}`}`;
}

/** "Europe/Berlin (CET)": the zone that times are shown in. */
export function zoneText(): string {
  const short = formats.zone.formatToParts().find(({ type }) => type === "timeZoneName")?.value;
  const { timeZone } = formats.zone.resolvedOptions();
  return short && short !== timeZone ? `${timeZone} (${short})` : timeZone;
}

/** `<time>` with the short form, the long form as its title. */
export function timeElement(iso: string): HTMLTimeElement {
  const element = document.createElement("time");
  element.dateTime = iso;
  element.textContent = shortTime(iso);
  const at = new Date(iso);
  if (!Number.isNaN(at.getTime())) element.title = formats.full.format(at);
  return element;
}

export function sameDay(a: Date, b: Date): boolean {
  return formats.day.format(a) === formats.day.format(b);
}

/** "45 seconds", "3 minutes": for how long to wait. */
export function waitText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

export function clockAfter(seconds: number, now = new Date()): string {
  return formats.clock.format(new Date(now.getTime() + seconds * 1000));
}

function dayOf(at: Date, now: Date): string {
  const sameYear = formats.day.format(at).slice(0, 4) === formats.day.format(now).slice(0, 4);
  return (sameYear ? formats.date : formats.dateAndYear).format(at);
}

/** How far the zone's clocks are ahead of UTC at a moment, in ms. */
export function offsetAt(moment: number): number {
  return offsetOf(formats.clocks, moment);
}

/** The same for another zone; one that this browser doesn't know counts as the one that is shown. */
export function zoneOffset(zone: string, moment: number): number {
  try {
    return offsetOf(formatsIn(zone).clocks, moment);
  } catch {
    return offsetAt(moment);
  }
}

function offsetOf(clocks: Intl.DateTimeFormat, moment: number): number {
  const part = Object.fromEntries(clocks.formatToParts(moment).map(({ type, value }) => [type, value]));
  const shown = `${part["year"]}-${part["month"]}-${part["day"]}T${part["hour"]}:${part["minute"]}:${part["second"]}Z`;
  return Date.parse(shown) - Math.floor(moment / 1000) * 1000;
}

/** Calendar days from one moment to another, in the zone that times are shown in. */
function daysBetween(from: Date, to: Date): number {
  const [start, end] = [from, to].map((at) => Date.parse(formats.day.format(at)));
  return Math.round(((end ?? 0) - (start ?? 0)) / DAY);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
