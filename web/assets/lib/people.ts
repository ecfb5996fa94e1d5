// The people one may see, fetched once a page: for choosing somebody and for names beside ids.

import { account } from "./account";
import type { Employee, Page } from "./types";

const MOST = 200;
let fetched: Promise<Employee[]> | null = null;

/** Without an answer the page still works, only with ids instead of names. */
export function people(): Promise<Employee[]> {
  fetched ??= account.http
    .get<Page<Employee>>(`/api/v1/people?limit=${MOST}`)
    .then(({ items }) => items)
    .catch(() => {
      fetched = null;
      return [];
    });
  return fetched;
}

/** Somebody was added or changed: ask again next time. */
export function forgetPeople(): void {
  fetched = null;
}

/** Employee id -> name; an id that isn't known stays an id. */
export async function nameOf(): Promise<(employeeId: string | null | undefined) => string> {
  const names = new Map((await people()).map((one) => [one.employee_id, one.name]));
  return (employeeId) => (employeeId ? (names.get(employeeId) ?? employeeId) : "–");
}
