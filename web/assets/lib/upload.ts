// Sends a file with progress, which fetch can't tell. The body is the file itself.

import { account } from "./account";
import { errorOf, NoAnswer } from "./http";

export interface Upload<T> {
  done: Promise<T>;
  cancel: () => void;
}

/** Somebody changed their mind; nothing of the file is kept. */
export class Cancelled extends Error {}

/** `key` makes a repeat safe; `progress` hears how much of it is sent, from 0 to 1. */
export function upload<T>(path: string, file: Blob, key: string, progress: (part: number) => void): Upload<T> {
  let request: XMLHttpRequest | null = null;
  let cancelled = false;

  const once = (): Promise<T> =>
    new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      request = call;
      call.open("POST", account.http.address(path));
      call.responseType = "json";
      call.setRequestHeader("Content-Type", "application/octet-stream");
      for (const [name, value] of Object.entries(account.http.headers(true, key))) call.setRequestHeader(name, value);
      call.upload.addEventListener("progress", ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
      call.addEventListener("load", () => {
        if (call.status >= 200 && call.status < 300) resolve(call.response as T);
        else reject(errorOf(call.status, call.getResponseHeader("Retry-After"), call.response));
      });
      call.addEventListener("error", () => reject(new NoAnswer()));
      call.addEventListener("abort", () => reject(new Cancelled()));
      call.send(file);
    });

  const done = (async (): Promise<T> => {
    // A token that runs out would be noticed only after all of the file went: renew it before.
    await account.http.get("/api/auth/me");
    if (cancelled) throw new Cancelled();
    return once();
  })();
  return {
    done,
    cancel: () => {
      cancelled = true;
      request?.abort();
    },
  };
}
