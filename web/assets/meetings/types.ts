// Meetings as the API answers them.

export interface Meeting {
  id: string;
  /** The name it has outside: Zoom's number, else its id. */
  meeting_id: string;
  title: string;
  kind: string;
  status: "scheduled" | "live" | "completed" | "cancelled";
  host_id: string | null;
  host_name: string | null;
  code: string | null;
  rotating: boolean;
  waiting_room: boolean;
  provider: string | null;
  starts_at: string | null;
  ends_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  ended_by: string | null;
  grace_minutes: number;
  present: number;
  waiting: number;
  created_at: string;
}

/** One meeting, and what who looks may do with it. */
export interface SeenMeeting extends Meeting {
  may_host: boolean;
  may_see_all: boolean;
}

/** What a join code opens. */
export type Invitation = Pick<Meeting, "id" | "title" | "status" | "rotating" | "waiting_room" | "starts_at" | "ends_at" | "ended_at" | "host_name">;

export interface Interval {
  session_id: string;
  meeting_id: string;
  employee_id: string | null;
  state: "here" | "waiting" | "left" | "refused";
  source: string;
  device: string | null;
  joined_at: string | null;
  left_at: string | null;
  left_by: string | null;
}

/** Somebody in a meeting now, as the others in it may see them. */
export interface Here {
  id: string;
  name: string;
  is_host: boolean;
  is_me: boolean;
  state: "here" | "waiting";
  joined_at: string | null;
}

export interface Waiting extends Interval {
  name: string;
}

export interface Student {
  studentId: number;
  firstName: string;
  lastName: string;
  department: string | null;
  email: string | null;
}

/** What stands for somebody on the list: their account, or a name in Zoom. */
export interface Entry {
  participant_id: string;
  source: string;
  name: string;
  email: string | null;
  linked_by: string | null;
  student_linked_by: string | null;
}

export interface Person {
  participant_id: string;
  name: string;
  employee_id: string | null;
  email: string | null;
  student: Student | null;
  status: "present" | "late" | "left_early" | "absent";
  joined_at: string | null;
  left_at: string | null;
  minutes: number;
  late_minutes: number;
  early_minutes: number;
  is_active: boolean;
  invited: boolean;
  signed_in: boolean;
  entries: Entry[];
  intervals: Interval[];
}
