// The live feed: every change that this person may see, pushed through Socket.IO as it is recorded.

import type { Socket } from "socket.io-client";
import { account } from "./account";
import type { Activity } from "./types";

const PATIENCE = 5000; // ms, for one try to connect and between two at most
const MEETING_EVENTS = ["userJoinedMeeting", "userLeftMeeting", "meetingSessionsEnded", "participantLinked"];
const RECONNECT_AFTER = 1000; // ms, so that a server that keeps refusing is not hammered

export interface LiveHandlers {
  /** One thing happened. */
  activity: (activity: Activity) => void;
  /**
   * What is shown may be old, so fetch it anew: connected for the first time, or away for longer than the server
   * remembers, or something could not be fetched meanwhile. Else what was missed comes through the others.
   */
  stale: () => void;
  /** Connected, for the first time or again. */
  connected?: () => void;
  /** Somebody came to a meeting or went, or it ended; `meetingId` is the name it has outside. */
  meeting?: (meetingId: string) => void;
  /** The meeting that the page shows, to hear of it also without being in it. */
  watch?: string;
  /** The line is down; Socket.IO keeps trying. */
  lost?: () => void;
}

/** Opens the feed and answers what closes it. The library is loaded on first use. */
export async function openLive(handlers: LiveHandlers): Promise<() => void> {
  const { io } = await import("socket.io-client");
  let after: string | undefined; // the last activity heard of: what came after it is what was missed
  let from: string | undefined; // what this connection was asked to go on from
  let live = false;
  let stale = false;
  let unanswered = 0;
  const fetch = (): void => {
    stale = false;
    unanswered = account.http.unanswered;
    handlers.stale();
  };
  const socket: Socket = io({
    // Long polling would need sticky routing with several web processes.
    transports: ["websocket"],
    reconnectionDelayMax: PATIENCE,
    timeout: PATIENCE,
    auth: (tell) => {
      from = after;
      tell({ after, watch: handlers.watch });
    },
  });
  socket.on("position", (place: { after: string }) => {
    after = place.after;
  });
  socket.on("resync", () => {
    // It comes before the connection counts as one, unless the server has just begun.
    if (live) fetch();
    else stale = true;
  });
  socket.on("connect", () => {
    live = true;
    handlers.connected?.();
    if (stale || from === undefined || account.http.unanswered !== unanswered) fetch();
  });
  for (const name of MEETING_EVENTS) {
    socket.on(name, (told: { meetingId: string; activityId: string }) => {
      after = told.activityId;
      handlers.meeting?.(told.meetingId);
    });
  }
  socket.on("activity", (activity: Activity) => {
    after = activity.id;
    handlers.activity(activity);
  });
  socket.on("session_ended", () => account.ended());
  socket.on("disconnect", (reason) => {
    live = false;
    handlers.lost?.();
    if (reason === "io server disconnect") void reconnect(socket);
  });
  socket.on("connect_error", () => {
    handlers.lost?.();
    if (!socket.active) void reconnect(socket);
  });
  return () => {
    socket.off();
    socket.disconnect();
  };
}

/** The server closed the line: the token ran out or the session ended. Renew it, else stay away. */
async function reconnect(socket: Socket): Promise<void> {
  if (account.me !== null && (await account.http.refresh())) setTimeout(() => socket.connect(), RECONNECT_AFTER);
}
