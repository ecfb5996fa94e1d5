// How an embedded chat is signed in. It runs in somebody else's page, so it uses no cookies: the
// tokens are kept in memory, and nothing is stored while the page is open. On the way to the next
// page (a reload, a link) what finds the session again waits in this tab's sessionStorage: a
// refresh token, good for one use, taken out again as soon as the next page is there. A copy of
// the tab finds nothing, and a closed tab leaves nothing.

const KEPT = "rollcall-embedded";
export const GUEST_HEADER = "X-Guest-Conversation";
const NEW_GUEST = "new";

interface Kept {
  refresh: string | null;
  guest: string | null;
}

/** What a sign-in or a refresh answers, as far as it is kept here. */
export interface Tokens {
  access_token?: string;
  refresh_token?: string;
}

export class Bearer {
  #access: string | null = null;
  #kept: Kept = takeKept();

  constructor() {
    addEventListener("pagehide", () => keep(this.#kept));
    addEventListener("pageshow", ({ persisted }) => {
      // Back from the browser's memory: the pages since then have spent the tokens known here.
      if (!persisted) return;
      this.#access = null;
      this.#kept = takeKept();
    });
  }

  get refreshToken(): string | null {
    return this.#kept.refresh;
  }

  /** The headers that say who asks. */
  get headers(): Record<string, string> {
    if (this.#access !== null) return { Authorization: `Bearer ${this.#access}` };
    return { [GUEST_HEADER]: this.#kept.guest ?? NEW_GUEST };
  }

  use({ access_token, refresh_token }: Tokens): void {
    this.#access = access_token ?? null;
    this.#kept = { refresh: refresh_token ?? null, guest: null };
  }

  /** The conversation of somebody who is not signed in goes on with the next message. */
  heard(response: Response): void {
    const guest = response.headers.get(GUEST_HEADER);
    if (guest !== null && this.#access === null) this.#kept = { ...this.#kept, guest };
  }

  forget(): void {
    this.use({});
  }
}

function keep(kept: Kept): void {
  if (kept.refresh === null && kept.guest === null) return;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // storage is switched off: the next page asks to sign in again
  }
}

function takeKept(): Kept {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as Partial<Kept>;
    sessionStorage.removeItem(KEPT);
    return { refresh: found.refresh ?? null, guest: found.guest ?? null };
  } catch {
    return { refresh: null, guest: null };
  }
}
