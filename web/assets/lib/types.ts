// The JSON that the server answers, as far as the pages read it.

export interface Employee {
  employee_id: string;
  name: string;
  role: string;
  department?: string | null;
  email?: string | null;
  branch?: string | null;
  manager_id?: string | null;
  timezone?: string | null;
  status?: string;
}

export interface SignedIn {
  session_id: string;
  employee: Employee;
  csrf_token?: string;
  access_token?: string;
  refresh_token?: string;
  timezone?: string | null;
}

export interface Me {
  session_id: string;
  employee: Employee;
  /** The zone the assistant speaks in with this person. */
  timezone?: string | null;
}

export interface Button {
  title: string;
  payload: string;
}

export interface Choice {
  value: string;
  label: string;
}

export interface Task {
  id: string;
  title: string;
  priority: string;
  status: string;
  due_date?: string | null;
  assignee?: string;
  assigned_by?: string | null;
  created_at?: string;
  buttons?: Button[];
}

/** A meeting as the assistant shows it. */
export interface MeetingItem {
  id: string;
  title: string;
  status: string;
  code?: string | null;
  starts_at?: string | null;
  ends_at?: string | null;
  url: string;
}

export interface SummaryField {
  name: string;
  label: string;
  value: unknown;
}

export interface Column {
  name: string;
  label: string;
}

export interface Point {
  label: string;
  value: number;
}

export type Custom =
  | { type: "sign_in"; employee_id: string | null }
  | { type: "signed_out" }
  | { type: "session"; session_id: string; employee: Employee; role: string; dashboard_url: string }
  | {
      type: "form_question";
      registration_type: string;
      field: string;
      kind: string;
      label: string;
      choices?: Choice[] | null;
      step: number;
      of: number;
      optional?: boolean;
      help?: string | null;
    }
  | { type: "form_summary"; form?: string; registration_type: string; fields: SummaryField[] }
  | {
      type: "receipt";
      registration_type: string;
      title?: string;
      collection?: string;
      document_id: string;
      session_id?: string;
      undo_until?: string | null;
    }
  | {
      type: "table";
      title?: string;
      columns: Column[];
      rows: Record<string, unknown>[];
      total?: number;
      url?: string | null;
      /** What the link to `url` says; the url itself is then the last line of the text. */
      link?: string;
      chips?: (string | Choice)[] | null;
    }
  | { type: "chart"; title?: string; kind?: string; series: Point[]; url?: string | null }
  | { type: "tasks"; items: Task[]; url?: string | null }
  | { type: "completion"; completion_id: string; completion: { title: string }; url: string }
  | { type: "meeting"; items: MeetingItem[]; url?: string | null }
  | { type: "error"; code: string; field?: string | null };

export interface Reply {
  text?: string | null;
  buttons?: Button[] | null;
  custom?: Custom | null;
}

export interface ChatAnswer {
  session_id: string | null;
  employee_id: string | null;
  replies: Reply[];
  turn_id: string;
}

export interface Turn {
  turn_id: string;
  at: string;
  message: string;
  replies: Reply[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Draft {
  id: string;
  form: string;
  type: string;
  label: string;
  answered: number;
  of: number;
  updated_at: string;
}

/** What `POST /api/v1/drafts/table` answers. */
export interface TableDraft {
  id: string;
  type: string;
  label: string;
  rows: number;
  /** How many rows have something to mend. */
  problems: number;
  /** Goes on with this table in the conversation, under the name that the history shows. */
  button: Button;
}

export interface Registration {
  document_id: string;
  type?: string;
  registration_type: string;
  collection: string;
  employee_id?: string;
  session_id?: string;
  timestamp: string;
  data: Record<string, unknown>;
  status?: string;
}

export interface Activity {
  id: string;
  at: string;
  kind: string;
  employee_id: string | null;
  employee_name?: string | null;
  session_id?: string | null;
  subject: { type: string; id: string };
  data: Record<string, unknown>;
  text?: string;
}

export interface UserSession {
  session_id: string;
  employee_id: string;
  user_data: { name?: string; role?: string };
  login_time: string;
  last_activity: string;
  ended_at?: string | null;
  session_status: string;
  activity_counts?: Record<string, number>;
  counts?: Record<string, number>;
}

/** What `GET /api/dashboard/<session_id>` answers. */
export interface SessionDetails extends UserSession {
  registration_history: Registration[];
  task_assignments: Task[];
  timeline: Activity[];
  statistics: Record<string, number>;
}

/** What `GET /api/v1/history` answers. */
export interface HistoryAnswer {
  total: number;
  /** The count of the period before, when compared. */
  before: number | null;
  minutes: number | null;
  columns: Column[];
  rows: Record<string, unknown>[];
  groups: { key: string; label: string; count: number; before: number | null }[];
}

export interface Statistics {
  totals: Record<string, number>;
  registrations_by_type: { type: string; label: string; count: number }[];
  activity_by_day: { day: string; count: number }[];
  tasks_by_priority: { priority: string; open: number; completed: number }[];
}
