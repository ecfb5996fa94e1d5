// Links to files. A click makes sure first that the sign-in is fresh: a file's address answers
// with an error when the access token ran out, and a link can't renew it by itself.

import { account } from "./account";
import { h } from "./dom";
import { icon } from "./icons";

/** A link that saves what `url` (of this site) answers, under the name the server gives it. */
export function downloadLink(url: string, text: string): HTMLAnchorElement {
  let fresh = false;
  const link = h("a", { class: "more", href: url, download: true }, icon("save"), text);
  link.addEventListener("click", (event) => {
    if (fresh) {
      fresh = false;
      return;
    }
    event.preventDefault();
    void renewed().then((still) => {
      if (!still) return;
      fresh = true;
      link.click();
    });
  });
  return link;
}

/** Any call renews what ran out; whether somebody is still signed in. */
async function renewed(): Promise<boolean> {
  try {
    await account.http.get("/api/auth/me");
  } catch {
    // Offline or ended: the browser says the first by itself, the page the second.
  }
  return account.me !== null;
}
