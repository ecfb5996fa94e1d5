// Weekly batches as the API answers them.

import type { Session } from "../sessions/types";

export interface Batch {
  id: string;
  /** The host. */
  employee_id: string;
  employee_name: string | null;
  title: string;
  /** Monday is 0. */
  weekdays: number[];
  start_time: string;
  end_time: string;
  timezone: string;
  first_day: string;
  last_day: string;
  holidays: string[];
  needs_approval: boolean;
  status: "active" | "ended";
  follows: string | null;
  created_at: string;
  /** What who looks may do with it now. */
  may: ("change" | "end")[];
}

export interface Occurrences {
  items: Session[];
  /** Days that are planned, but of which no session is on record yet. */
  days_after: string[];
}
