/**
 * For whom a statement runs, so that the database itself keeps the rows of one student from another (row-level
 * security, schemas/099_isolation.sql). The explicit condition on `user_id` in each query stays: this is the second
 * wall behind it.
 *
 * - **Owner**: the student whose rows may be seen and written.
 * - **Purpose**: the narrow reasons to see rows of others; each opens a few tables, and only for the statements inside
 *   of it.
 *
 * It is set where a request is authenticated and where a job's attempt begins, and travels with the asynchronous call.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/**
 * - `identification`: who somebody is, found by e-mail, by the hash of a token, by a passkey.
 * - `administration`: accounts and jobs as administrators see them.
 * - `queue`: claiming, keeping and ending jobs.
 * - `bin`: what the owner threw away (`binned_at`) is there, too: to put it back, to delete it, and for what is done
 *   with an account as a whole.
 * - `upkeep`: the system's own periodic jobs, migrations, backup and restore.
 */
export type Purpose = "identification" | "administration" | "queue" | "bin" | "upkeep";

export interface Principal {
  userId?: string | undefined;
  purpose?: Purpose | undefined;
}

const NOBODY: Principal = Object.freeze({});
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const running = new AsyncLocalStorage<Principal>();

/** Nobody sees no row that belongs to somebody. */
export function currentPrincipal(): Principal {
  return running.getStore() ?? NOBODY;
}

/** @throws TypeError for an owner that is no UUID: it becomes part of a statement. */
export function actAs<T>(principal: Principal, work: () => T): T {
  if (principal.userId !== undefined && !UUID.test(principal.userId))
    throw new TypeError("An owner is a UUID.");
  return running.run(Object.freeze({ ...principal }), work);
}

/** As this student and for no other purpose. */
export function asOwner<T>(userId: string, work: () => T): T {
  return actAs({ userId }, work);
}

/** Also for this purpose, whoever asks. Keep what is inside small. */
export function forPurpose<T>(purpose: Purpose, work: () => T): T {
  return actAs({ userId: currentPrincipal().userId, purpose }, work);
}

/** As the student whose job it is; the system's own jobs see to everybody's rows. */
export function asOwnerOfJob<T>({ user_id }: { user_id: string | null }, work: () => T): T {
  return actAs(user_id === null ? { purpose: "upkeep" } : { userId: user_id }, work);
}
