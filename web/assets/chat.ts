// The chat component for other sites: `<script type="module" src="…/static/chat.js"></script>`,
// then `<rollcall-chat></rollcall-chat>` anywhere on the page. The server is where this script is.

import { defineChat } from "./chat/element";
import { account } from "./lib/account";

const { origin } = new URL(import.meta.url);
if (origin !== location.origin) account.http.embed(origin);
defineChat();
