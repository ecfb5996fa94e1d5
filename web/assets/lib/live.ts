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
  /** Connected, for the first time or again: what is shown may be old, so fetch it anew. */
  connected: () => void;
  /** Somebody came to a meeting or went, or it ended; `meetingId` is the name it has outside. */
  meeting?: (meetingId: string) => void;
  /** The meeting that the page shows, to hear of it also without being in it. */
  watch?: string;
  /** The line is down; Socket.IO keeps trying. */
  lost: () => void;
}

/** Opens the feed and answers what closes it. The library is loaded on first use. */
export async function openLive(handlers: LiveHandlers): Promise<() => void> {
  const { io } = await import("socket.io-client");
  // WebSocket only: with several web processes long polling would need sticky routing.
  const socket: Socket = io({ transports: ["websocket"], reconnectionDelayMax: PATIENCE, timeout: PATIENCE });
  socket.on("connect", () => {
    const { watch, connected } = handlers;
    // Fetched after the room is entered, else what happens in between would be missed.
    if (watch === undefined) connected();
    else socket.timeout(PATIENCE).emit("watchMeeting", { meetingId: watch }, connected);
  });
  for (const name of MEETING_EVENTS) {
    socket.on(name, (told: { meetingId: string }) => handlers.meeting?.(told.meetingId));
  }
  socket.on("activity", handlers.activity);
  socket.on("session_ended", () => account.ended());
  socket.on("disconnect", (reason) => {
    handlers.lost();
    if (reason === "io server disconnect") void reconnect(socket);
  });
  socket.on("connect_error", () => {
    handlers.lost();
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
