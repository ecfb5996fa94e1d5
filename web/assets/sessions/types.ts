// Scheduled sessions as the API answers them.

export type Deed = "complete" | "change" | "cancel" | "attach" | "note" | "approve";

export interface Session {
  id: string;
  employee_id: string;
  employee_name: string | null;
  title: string;
  batch_id: string | null;
  /** The day that its batch planned it for, whatever became of it. */
  planned_day: string | null;
  timezone: string;
  scheduled_date: string;
  scheduled_start_time: string;
  scheduled_end_time: string;
  starts_at: string;
  ends_at: string;
  actual_start: string | null;
  actual_end: string | null;
  moved_from: string | null;
  missed_at: string | null;
  completion_code: string | null;
  notes: string | null;
  cancel_reason: string | null;
  status: "pending" | "completed" | "cancelled";
  approval: "none" | "waiting" | "approved" | "rejected";
  created_at: string;
  completed_at: string | null;
  note_count: number;
  attachment_count: number;
  /** What who looks may do with it now. */
  may: Deed[];
}

/** Actual times to begin with. */
export interface Proposal {
  actual_start: string;
  actual_end: string;
  source: "attendance" | "schedule";
}

export interface Version {
  at: string;
  employee_id: string | null;
  name: string | null;
  before: Record<string, unknown>;
}

export type NoteType = "general" | "follow-up" | "issue" | "achievement";

export interface Note {
  id: string;
  completion_id: string;
  employee_id: string;
  author: string | null;
  note_text: string;
  note_type: NoteType;
  mentions: string[];
  created_at: string;
  changed_at: string | null;
}

/** What a note said until a change. */
export interface NoteVersion {
  at: string;
  employee_id: string;
  name: string | null;
  note_text: string;
  note_type: NoteType;
}

export interface Attachment {
  id: string;
  completion_id: string;
  employee_id: string;
  file_name: string;
  description: string | null;
  mime_type: string;
  file_size: number;
  sha256: string;
  uploaded_at: string;
  downloads: number;
  previewed: boolean;
  download_url: string;
}

export interface Receipt {
  code: string;
  valid: boolean;
  changed: string[];
  sha256: string;
  issued_at: string;
  name: string | null;
  completion_id: string;
  employee_id: string;
  title: string;
  scheduled: [string, string];
  actual: [string, string];
  completed_at: string;
  summary_sha256: string;
  notes: { by: string; sha256: string }[];
  files: { sha256: string; size: number }[];
}
