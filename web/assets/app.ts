// What every page runs: theme switch, who is signed in, then the page's own part.

import { defineChat } from "./chat/element";
import { account } from "./lib/account";
import { startAccountMenu, startThemeSwitch } from "./pages/frame";

if (document.querySelector("header")) {
  startThemeSwitch();
  startAccountMenu();
}

switch (document.body.dataset["page"]) {
  case "chat":
    defineChat();
    void import("./pages/chat").then(({ startChatPage }) => startChatPage());
    break;
  case "embed":
    // In a frame on another site there are no cookies; that page has no header either.
    account.http.embed("");
    defineChat();
    break;
  case "dashboard":
    void import("./pages/dashboard").then(({ startDashboard }) => startDashboard());
    break;
  case "account":
    void import("./pages/account").then(({ startAccountPage }) => startAccountPage());
    break;
  case "activate":
    void import("./pages/activate").then(({ startActivation }) => startActivation());
    break;
  case "meetings":
    void import("./pages/meetings").then(({ startMeetingsPage }) => startMeetingsPage());
    break;
  case "meeting":
    void import("./pages/meeting").then(({ startMeetingPage }) => startMeetingPage());
    break;
  case "attendance":
    void import("./pages/attendance").then(({ startAttendancePage }) => startAttendancePage());
    break;
  case "join":
    void import("./pages/join").then(({ startJoinPage }) => startJoinPage());
    break;
  case "meeting-board":
    void import("./pages/meeting-board").then(({ startMeetingBoard }) => startMeetingBoard());
    break;
  case "sessions":
    void import("./pages/sessions").then(({ startSessionsPage }) => startSessionsPage());
    break;
  case "batches":
    void import("./pages/batches").then(({ startBatchesPage }) => startBatchesPage());
    break;
  case "batch":
    void import("./pages/batch").then(({ startBatchPage }) => startBatchPage());
    break;
  case "session":
    void import("./pages/session").then(({ startSessionPage }) => startSessionPage());
    break;
  case "receipt":
    void import("./pages/receipt").then(({ startReceiptPage }) => startReceiptPage());
    break;
  case "session-board":
    void import("./pages/session-board").then(({ startSessionBoard }) => startSessionBoard());
    break;
  case "chat-board":
    void import("./pages/chat-board").then(({ startChatBoard }) => startChatBoard());
    break;
  case "people":
    void import("./pages/people").then(({ startPeoplePage }) => startPeoplePage());
    break;
  case "api-tokens":
    void import("./pages/api-tokens").then(({ startApiTokensPage }) => startApiTokensPage());
    break;
}
