/**
 * Turns of one owner at a pool of connections: so many of an owner's statements and transactions run at a time, the
 * rest wait in the order in which they came. Two hundred uploads of one student would have all connections else, and
 * everybody else would wait for each of them.
 */
export interface OwnerTurns {
  /**
   * @param owner nobody in particular (the system, a log-in) never waits
   * @returns what ends the turn
   * @throws Error where none came in time.
   */
  take(owner: string | undefined): Promise<() => void>;
}

interface Owner {
  running: number;
  /** Each begins its turn. */
  waiting: (() => void)[];
}

/** @param most turns of one owner at a time */
export function createOwnerTurns(most: number, patienceMs: number): OwnerTurns {
  const owners = new Map<string, Owner>();
  return {
    async take(owner) {
      if (owner === undefined) return () => {};
      const own = owners.get(owner) ?? { running: 0, waiting: [] };
      owners.set(owner, own);
      if (own.running < most) own.running += 1;
      else await waitIn(own.waiting, patienceMs);
      return () => {
        // Handed over: nobody who comes now is before those who wait.
        const next = own.waiting.shift();
        if (next) next();
        else if ((own.running -= 1) === 0) owners.delete(owner);
      };
    },
  };
}

function waitIn(waiting: (() => void)[], patienceMs: number) {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(begin), 1);
      reject(new Error("one owner's statements wait for each other for too long"));
    }, patienceMs);
    const begin = () => {
      clearTimeout(timer);
      resolve();
    };
    waiting.push(begin);
  });
}
