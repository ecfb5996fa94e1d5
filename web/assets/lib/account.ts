// Who is signed in, for every part of the page. Parts listen for "change".

import { Http, whoAmI } from "./http";
import { whenStillThere } from "./presence";
import { showTimesIn } from "./time";
import type { Employee, Me, SignedIn } from "./types";

export class Account extends EventTarget {
  readonly http = new Http();
  #me: Me | null = null;

  constructor() {
    super();
    this.http.onSignedOut = () => this.#set(null);
    whenStillThere(() => {
      if (this.#me !== null) void whoAmI(this.http).catch(() => null);
    });
  }

  get me(): Me | null {
    return this.#me;
  }

  get employee(): Employee | null {
    return this.#me?.employee ?? null;
  }

  /** Finds out who is signed in, renewing a sign-in whose access token ran out meanwhile. */
  async load(): Promise<Me | null> {
    if (!this.http.mayBeSignedIn) return null;
    let me = this.http.embedded ? null : await whoAmI(this.http);
    if (me === null && (await this.http.refresh())) me = await whoAmI(this.http);
    this.#set(me);
    return me;
  }

  /** Throws ApiError 401 (wrong passphrase) or 429 (too many tries). */
  async signIn(employeeId: string, passphrase: string): Promise<SignedIn> {
    const answer = await this.http.post<SignedIn>("/api/auth/login", {
      employee_id: employeeId,
      passphrase,
    });
    return this.#opened(answer);
  }

  /** The first sign-in: trades a one-time code for a passphrase of one's own, then signs in. */
  async activate(employeeId: string, code: string, passphrase: string): Promise<SignedIn> {
    const answer = await this.http.post<SignedIn>("/api/auth/activate", {
      employee_id: employeeId,
      code,
      passphrase,
    });
    return this.#opened(answer);
  }

  async signOut(): Promise<void> {
    await this.http.post("/api/auth/logout");
    this.#set(null);
  }

  /** The server said that the session is over. */
  ended(): void {
    this.#set(null);
  }

  #opened(answer: SignedIn): SignedIn {
    this.http.use(answer);
    this.#set({ session_id: answer.session_id, employee: answer.employee, timezone: answer.timezone ?? null });
    return answer;
  }

  #set(me: Me | null): void {
    const changed = this.#me?.session_id !== me?.session_id;
    this.#me = me;
    if (me === null) this.http.forget();
    else this.http.signedIn = true;
    showTimesIn(me?.timezone ?? me?.employee.timezone);
    if (changed) this.dispatchEvent(new Event("change"));
  }
}

/** The one account of this page. */
export const account = new Account();
