// What every page runs: theme switch, who is signed in, then the page's own part.

import { defineChat } from "./chat/element";
import { startAccountMenu, startThemeSwitch } from "./pages/frame";

startThemeSwitch();
startAccountMenu();

switch (document.body.dataset["page"]) {
  case "chat":
    defineChat();
    void import("./pages/chat").then(({ startChatPage }) => startChatPage());
    break;
  case "dashboard":
    void import("./pages/dashboard").then(({ startDashboard }) => startDashboard());
    break;
}
