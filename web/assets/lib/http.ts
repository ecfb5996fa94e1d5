// One door to the server: JSON in and out, the CSRF header, and one quiet refresh when a token ran out.

import { Bearer, type Tokens } from "./bearer";
import { presence } from "./presence";
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
  /** Where the server is; "" is the site of this page. */
  #server = "";
  /** Set in an embedded chat, which has tokens instead of cookies. */
  #bearer: Bearer | null = null;
  #csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  #refreshing: Promise<boolean> | null = null;
  /** Called when the sign-in is over and can't be renewed. */
  onSignedOut: () => void = () => undefined;
  /** Whether somebody is signed in as far as this page knows: without, a 401 is not worth a refresh. */
  signedIn = false;
  /** How often something was asked for and the server could not answer: it is still to be fetched. */
  unanswered = 0;

  /** From now on no cookies: this is a page of another site, or one shown in a frame there. */
  embed(server: string): void {
    this.#server = server;
    this.#bearer ??= new Bearer();
  }

  get embedded(): boolean {
    return this.#bearer !== null;
  }

  /** An address of the server, for a link. */
  address(path: string): string {
    return this.#server + path;
  }

  /** Whether somebody may still be signed in: if not, there is no need to ask. */
  get mayBeSignedIn(): boolean {
    return this.#bearer === null ? csrfCookie() !== null : this.#bearer.refreshToken !== null;
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>("GET", path);
  }

  /** With a `key` a repeat (an answer was lost, say) gives the first result and records nothing. */
  post<T>(path: string, body: unknown = {}, key?: string): Promise<T> {
    return this.call<T>("POST", path, body, key);
  }

  async call<T>(method: Method, path: string, body?: unknown, key?: string): Promise<T> {
    const response = await this.#renewing(method, path, body, key);
    return (await response.json().catch(() => null)) as T;
  }

  /** A file and the name that the server gives it. */
  async file(path: string): Promise<{ name: string; content: Blob }> {
    const response = await this.#renewing("GET", path);
    const given = /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "");
    return { name: given?.[1] ?? "rollcall", content: await response.blob() };
  }

  /** What goes along with a call, for those that are not made here (see lib/upload.ts). */
  headers(writes: boolean, key?: string): Record<string, string> {
    return {
      Accept: "application/json",
      ...presence(),
      ...this.#bearer?.headers,
      ...(writes && this.#bearer === null ? { "X-CSRF-Token": csrfCookie() ?? this.#csrf } : {}),
      ...(key ? { "Idempotency-Key": key } : {}),
    };
  }

  /** Takes over what a sign-in answers. */
  use(answer: Tokens & { csrf_token?: string }): void {
    this.#csrf = answer.csrf_token ?? this.#csrf;
    this.#bearer?.use(answer);
  }

  /** Nobody is signed in any more. */
  forget(): void {
    this.signedIn = false;
    this.#bearer?.forget();
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
    const tabsShare = this.#bearer === null;
    if (tabsShare && lastRefresh() > needSince) return true;
    try {
      const token = this.#bearer?.refreshToken;
      const response = await this.#once("POST", "/api/auth/refresh", token ? { refresh_token: token } : {});
      this.use((await response.json()) as Tokens & { csrf_token?: string });
      if (tabsShare) noteRefresh();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) {
        this.onSignedOut();
      }
      return false;
    }
  }

  async #renewing(method: Method, path: string, body?: unknown, key?: string): Promise<Response> {
    const started = Date.now();
    try {
      return await this.#once(method, path, body, key);
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 401;
      if (!expired || !this.signedIn || isSignIn(path)) throw error;
      if (!(await this.refresh(started))) throw error;
      return this.#once(method, path, body, key);
    }
  }

  async #once(method: Method, path: string, body?: unknown, key?: string): Promise<Response> {
    const headers = this.headers(method !== "GET", key);
    if (method !== "GET") headers["Content-Type"] = "application/json";
    let response: Response;
    try {
      response = await fetch(this.address(path), {
        method,
        headers,
        credentials: this.#bearer === null ? "same-origin" : "omit",
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      if (method === "GET") this.unanswered += 1;
      throw new NoAnswer();
    }
    this.#bearer?.heard(response);
    if (method === "GET" && response.status >= 500) this.unanswered += 1;
    if (!response.ok) throw failure(response, await response.json().catch(() => null));
    return response;
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
  return errorOf(response.status, response.headers.get("Retry-After"), data);
}

/** The error that an answer is, whoever fetched it. */
export function errorOf(status: number, retryAfter: string | null, data: unknown): ApiError {
  const error = (data as { error?: Partial<ApiError> } | null)?.error ?? {};
  const seconds = Number(retryAfter);
  return new ApiError(
    status,
    error.code ?? `http_${status}`,
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
