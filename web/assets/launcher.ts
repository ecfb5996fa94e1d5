// The one script tag that brings the chat to every page of a site: a round button in the corner
// that opens it. `<script type="module" src="…/static/launcher.js"></script>`, nothing else.

import { defineChat } from "./chat/element";
import { Launcher } from "./chat/launcher";
import { account } from "./lib/account";

const { origin } = new URL(import.meta.url);
if (origin !== location.origin) account.http.embed(origin);
defineChat();
if (!customElements.get("rollcall-launcher")) {
  customElements.define("rollcall-launcher", Launcher);
  document.body.append(document.createElement("rollcall-launcher"));
}
