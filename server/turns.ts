/** Long work on a thread that others use too: it gives the event loop back every so often. */
import { setImmediate } from "node:timers/promises";

const TURN_MS = 20;

export interface Turns {
  /** Whether others have waited long enough; then `await next()`. Asked often, it costs nothing. */
  isOver(): boolean;
  next(): Promise<void>;
}

export function takeTurns(ms = TURN_MS): Turns {
  let began = performance.now();
  return {
    isOver: () => performance.now() - began >= ms,
    async next() {
      await setImmediate();
      began = performance.now();
    },
  };
}
