// Links to files. A click makes sure first that the sign-in is fresh: a file's address answers
// with an error when the access token ran out, and a link can't renew it by itself.

import { account } from "./account";
import { h, hidden } from "./dom";
import { explain } from "./http";
import { icon } from "./icons";

/** A link that saves what `url` (of this site) answers, under the name the server gives it. `more`
 * is for screen readers: which of several. */
export function downloadLink(url: string, text: string, more = ""): HTMLAnchorElement {
  const link = h("a", { class: "more", href: account.http.address(url), download: true }, icon("save"), text, more ? hidden(` ${more}`) : null);
  return renewing(link, url);
}

/** A link that shows a file in another tab. */
export function showLink(url: string, text: string, more = ""): HTMLAnchorElement {
  const link = h("a", { class: "more", href: account.http.address(url), target: "_blank", rel: "noopener" }, icon("eye"), text, hidden(` ${more} (in a new tab)`));
  return renewing(link, url);
}

function renewing(link: HTMLAnchorElement, url: string): HTMLAnchorElement {
  let fresh = false;
  if (account.http.embedded) {
    // A link carries no token, so the file is fetched and saved from here.
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void save(url, link);
    });
    return link;
  }
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

async function save(url: string, link: HTMLElement): Promise<void> {
  try {
    const { name, content } = await account.http.file(url);
    const address = URL.createObjectURL(content);
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    link.after(h("span", { class: "field-problem", role: "alert" }, explain(error)));
  }
}
