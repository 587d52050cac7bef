import { i18n } from "../i18n.ts";
/** Changes that rest on what was read: nothing that somebody saved meanwhile is overwritten. */
import { request } from "./client.ts";
import { Problem, SaidError } from "./problem.ts";

/** What stands there now is not what was changed. */
export class ChangedMeanwhile<T> extends SaidError {
  readonly now: T;
  constructor(now: T) {
    super(i18n.t("failures.changed-meanwhile"));
    this.now = now;
  }
}

/**
 * @param base as it was read
 * @param same whether what was written about is as it was: other columns, such as those of a job, may change as they
 * like
 * @throws ChangedMeanwhile, Problem
 */
export async function change<T extends { updated_at: string }>(
  path: string,
  json: unknown,
  base: T,
  same: (one: T, other: T) => boolean,
): Promise<T> {
  const send = (updatedAt: string) =>
    request<T>(path, { method: "PATCH", json, headers: { "If-Match": `"${updatedAt}"` } });
  try {
    return await send(base.updated_at);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "changed-meanwhile") throw error;
    const now = await request<T>(path);
    if (!same(now, base)) throw new ChangedMeanwhile(now);
    return send(now.updated_at);
  }
}
