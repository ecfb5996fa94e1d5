// One door to the server: JSON in and out, the CSRF header, and one quiet refresh when a token ran out.

import type { Me } from "./types";

const TIMEOUT = 30_000; // ms; a turn takes milliseconds, so this long means that nothing will come

/** The server said no. `retryAfter` is in seconds, when it said so. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string>,
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** No answer came: offline, cut off or too slow. */
export class NoAnswer extends Error {
  constructor() {
    super(
      navigator.onLine
        ? "The server did not answer. Check the connection and try again."
        : "You are offline.",
    );
  }
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

export class Http {
  #csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  #refreshing: Promise<boolean> | null = null;
  /** Called when the sign-in is over and can't be renewed. */
  onSignedOut: () => void = () => undefined;
  /** Whether somebody is signed in as far as this page knows: without, a 401 is not worth a refresh. */
  signedIn = false;

  get<T>(path: string): Promise<T> {
    return this.call<T>("GET", path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>("POST", path, body);
  }

  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const started = Date.now();
    try {
      return await this.#once<T>(method, path, body);
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 401;
      if (!expired || !this.signedIn || isSignIn(path)) throw error;
      if (!(await this.refresh(started))) throw error;
      return this.#once<T>(method, path, body);
    }
  }

  useCsrf(token: string | undefined): void {
    if (token) this.#csrf = token;
  }

  /**
   * Trades the refresh token for a new access token; false when the person has to sign in again.
   * A refresh token works once, so tabs take turns and the second one finds that it's done.
   */
  refresh(needSince = Date.now()): Promise<boolean> {
    this.#refreshing ??= inTurn(() => this.#refresh(needSince)).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(needSince: number): Promise<boolean> {
    if (lastRefresh() > needSince) return true;
    try {
      const answer = await this.#once<{ csrf_token?: string }>("POST", "/api/auth/refresh", {});
      this.useCsrf(answer.csrf_token);
      noteRefresh();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) {
        this.onSignedOut();
      }
      return false;
    }
  }

  async #once<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (method !== "GET") {
      headers["Content-Type"] = "application/json";
      headers["X-CSRF-Token"] = csrfCookie() ?? this.#csrf;
    }
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      throw new NoAnswer();
    }
    const data: unknown = await response.json().catch(() => null);
    if (!response.ok) throw failure(response, data);
    return data as T;
  }
}

/** Asks who is signed in; null when nobody is. */
export async function whoAmI(http: Http): Promise<Me | null> {
  try {
    return await http.get<Me>("/api/auth/me");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** The CSRF cookie is newer than the page when another tab has signed in since. */
export function csrfCookie(): string | null {
  const found = /(?:^|;\s*)(?:__Host-)?rollcall_csrf=([^;]+)/.exec(document.cookie);
  return found?.[1] ? decodeURIComponent(found[1]) : null;
}

/** What to tell the person about an error, in one sentence. */
export function explain(error: unknown): string {
  return error instanceof ApiError || error instanceof NoAnswer
    ? error.message
    : "Something went wrong on this page. Reload it and try again.";
}

/** A random UUID; `crypto.randomUUID` alone is missing on plain http outside of loopback. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function failure(response: Response, data: unknown): ApiError {
  const error = (data as { error?: Partial<ApiError> } | null)?.error ?? {};
  const seconds = Number(response.headers.get("Retry-After"));
  return new ApiError(
    response.status,
    error.code ?? `http_${response.status}`,
    error.message ?? "The server could not answer that.",
    error.fields ?? {},
    Number.isFinite(seconds) && seconds > 0 ? seconds : null,
  );
}

function isSignIn(path: string): boolean {
  return /^\/api\/auth\/(login|activate|refresh)$/.test(path);
}

async function inTurn(action: () => Promise<boolean>): Promise<boolean> {
  // The Locks API exists in secure contexts only (https or loopback).
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks === undefined ? action() : locks.request("rollcall-refresh", action);
}

function lastRefresh(): number {
  try {
    return Number(localStorage.getItem("rollcall-refreshed") ?? 0);
  } catch {
    return 0;
  }
}

function noteRefresh(): void {
  try {
    localStorage.setItem("rollcall-refreshed", String(Date.now()));
  } catch {
    // without storage a second tab refreshes for itself
  }
}
