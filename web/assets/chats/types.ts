// Chat sessions and the figures of the chat as the API answers them.

export interface ChatSession {
  session_id: string;
  /** An employee id, or demo_user for a guest. */
  user: string;
  started_at: string;
  last_activity: string;
  ended_at: string | null;
  is_active: boolean;
  duration_minutes: number;
  total_messages_sent: number;
  total_conversations: number;
  /** In seconds. */
  average_response_time: number;
}

export interface ChatSessions {
  items: ChatSession[];
  next: string | null;
  total: number;
  summary: { total_duration_minutes: number; total_messages_sent: number; total_conversations: number; average_session_duration: number };
}

/** An hour or a day; hours and days without a message are left out. */
export interface ChatPoint {
  at: string;
  sessions: number;
  messages: number;
  fallbacks: number;
  fallback_rate: number | null;
  first_response_p50_ms: number | null;
  response_p50_ms: number | null;
  response_p95_ms: number | null;
}

export interface ChatFigures {
  since: string;
  until: string;
  step: "hour" | "day";
  points: ChatPoint[];
}
