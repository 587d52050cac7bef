/**
 * Who came with which access token, for some seconds: checking its signature and its session anew costs more than many
 * answers do. What ends a way into an account is told by the database to every server at once (`notifyAccess`), and
 * what this server changes itself is forgotten before its answer goes out.
 */
import type { Context } from "#server/context.ts";
import type { Caller } from "#server/http/router.ts";

const MOST = 20_000;

export interface RememberedCallers {
  get(token: string): Caller | undefined;
  /** @param asOf as `now()` gave it before the token was checked: what ended meanwhile is not remembered. */
  set(token: string, caller: Caller, asOf: number): void;
  /** Of the state that `set` is given. */
  now(): number;
  forgetAll(): void;
}

export function rememberCallers({
  config,
  notifications,
}: Pick<Context, "config" | "notifications">): RememberedCallers {
  const ms = config.sessionMemorySeconds * 1000;
  const callers = new Map<string, { caller: Caller; until: number }>();
  let generation = 0;
  const forgetAll = () => {
    generation += 1;
    callers.clear();
  };
  if (ms > 0) {
    notifications.listen("events", (payload) => {
      const { user_id, access } = JSON.parse(payload) as { user_id?: string; access?: boolean };
      if (!access) return;
      generation += 1;
      for (const [token, { caller }] of callers)
        if (caller.userId === user_id) callers.delete(token);
    });
    // What was said while nobody listened is unknown.
    notifications.onReconnect(forgetAll);
  }
  return {
    get(token) {
      const known = callers.get(token);
      if (!known) return undefined;
      if (known.until >= Date.now()) return known.caller;
      callers.delete(token);
      return undefined;
    },
    set(token, caller, asOf) {
      if (ms === 0 || asOf !== generation) return;
      if (callers.size >= MOST) callers.clear();
      callers.set(token, { caller, until: Date.now() + ms });
    },
    now: () => generation,
    forgetAll,
  };
}
