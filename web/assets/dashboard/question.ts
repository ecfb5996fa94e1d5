// A question to the record: the parameters of `GET /api/v1/history`, which are also the
// parameters of the dashboard's address, and what there is to choose from.

import { label } from "../lib/labels";
import { dateText } from "../lib/time";
import { EVERYONE } from "./view";

const NAMES = [
  ...["subject", "employee_id", "type", "status", "priority", "title", "dated"],
  ...["period", "since", "until", "against", "against_since", "against_until", "group_by", "measure"],
] as const;

export type QuestionName = (typeof NAMES)[number];

/** What is asked; "" for what is left open. */
export type Question = Readonly<Record<QuestionName, string>>;

/** What a question about a subject can go into; the server refuses the rest. */
interface Subject {
  one: string;
  many: string;
  statuses: string[];
  groups: string[];
  measures: string[];
}

const BY_TIME = ["day", "week", "month", "year"];
const BY_PLACE = ["department", "branch"];

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  registrations: {
    one: "registration",
    many: "registrations",
    statuses: [],
    groups: ["type", "employee", ...BY_PLACE, ...BY_TIME],
    measures: ["list", "count", "compare", "missing"],
  },
  tasks: {
    one: "task",
    many: "tasks",
    statuses: ["open", "overdue", "pending", "in_progress", "completed"],
    groups: ["employee", "status", "priority", ...BY_PLACE, ...BY_TIME],
    measures: ["list", "count", "compare", "duration", "missing"],
  },
  sessions: {
    one: "session",
    many: "sessions",
    statuses: ["active", "ended", "expired"],
    groups: ["employee", "status", ...BY_PLACE, ...BY_TIME],
    measures: ["list", "count", "compare", "duration", "missing"],
  },
  activities: {
    one: "activity",
    many: "activities",
    statuses: [],
    groups: ["type", "employee", ...BY_PLACE, ...BY_TIME],
    measures: ["list", "count", "compare", "missing"],
  },
};

export const PRIORITIES = ["low", "medium", "high", "urgent"];

export const MEASURES: Readonly<Record<string, string>> = {
  list: "List",
  count: "How many",
  compare: "Compared",
  duration: "How long",
  missing: "Who has none",
};

/** The question in an address; null when it asks none. */
export function questionIn(address: URLSearchParams): Question | null {
  if (!address.get("subject")) return null;
  const value = (name: QuestionName): string => address.get(name)?.trim() ?? "";
  const found = Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Record<QuestionName, string>;
  return { ...found, measure: found.measure || "list" };
}

/** As the parameters of the dashboard's address. */
export function toAddress(question: Question): URLSearchParams {
  return new URLSearchParams(NAMES.filter((name) => question[name] !== "").map((name) => [name, question[name]]));
}

/** As the parameters of the API, for which everyone is nobody in particular. */
export function toApi(question: Question): URLSearchParams {
  const params = toAddress(question);
  const who = question.employee_id.toUpperCase();
  if (who === "" || who === EVERYONE.toUpperCase()) params.delete("employee_id");
  else params.set("employee_id", who);
  return params;
}

/** The same question about another subject, without what that one doesn't have. */
export function about(question: Question, subject: string): Question {
  const known = SUBJECTS[subject];
  if (known === undefined) return question;
  return {
    ...question,
    subject,
    type: subject === "registrations" ? question.type : "",
    priority: subject === "tasks" ? question.priority : "",
    dated: "",
    status: known.statuses.includes(question.status) ? question.status : "",
    group_by: known.groups.includes(question.group_by) ? question.group_by : "",
    measure: known.measures.includes(question.measure) ? question.measure : "list",
  };
}

/** Whether there is a period to compare with: the one before has the same length, so it needs both ends. */
export function comparable({ measure, since, until, against }: Question): boolean {
  return measure === "compare" && (against !== "" || (since !== "" && until !== ""));
}

/** What is counted, by how many: "supplier", "tasks". */
export function noun(question: Question, count: number, type: { label: string; plural: string } | null): string {
  if (question.subject === "registrations" && type !== null) return (count === 1 ? type.label : type.plural).toLowerCase();
  const subject = SUBJECTS[question.subject];
  return (count === 1 ? subject?.one : subject?.many) ?? question.subject;
}

/** What was asked in a few words each; `who` and `what` come from elsewhere. */
export function chipsOf(question: Question, what: string, who: string): string[] {
  const { type, status, priority, title, dated, against, group_by, measure } = question;
  return [
    label(what),
    /[,-]/.test(type) ? (type.startsWith("-") ? `Without ${plain(type)}` : label(plain(type))) : "",
    who,
    status && label(status),
    priority && `${label(priority)} priority`,
    title && `Called “${title}”`,
    label([dated, spanText(question)].filter(Boolean).join(" ")),
    group_by && `By ${group_by}`,
    measure === "list" ? "" : (MEASURES[measure] ?? measure) + (comparable(question) && against ? ` with ${against}` : ""),
  ].filter((chip) => chip !== "");
}

/** "EMP002,EMP003" and "-visitor" as people read it. */
function plain(several: string): string {
  return several.replace(/^-/, "").split(",").join(" and ");
}

function spanText({ period, since, until }: Question): string {
  if (period) return label(period);
  const from = since ? dateText(Date.parse(since)) : "";
  const to = until ? dateText(Date.parse(until) - 1) : "";
  if (from && to) return from === to ? from : `${from} to ${to}`;
  if (from) return `Since ${from}`;
  return to && `Until ${to}`;
}
