// The standalone chat component: `<script type="module" src="/static/chat.js"></script>`, then
// `<rollcall-chat></rollcall-chat>` anywhere on the page.

import { defineChat } from "./chat/element";

defineChat();
