/** So many pieces of work at a time; the others wait in the order in which they came. */
export interface Line {
  /** Pieces of work that have not begun. */
  waiting(): number;
  /** @returns what the work gives, or throws what it throws. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** @param most pieces of work at a time */
export function createLine(most: number): Line {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    waiting: () => waiting.length,
    async run(work) {
      if (running < most) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        // The place goes to who waits longest: nobody who comes now is before them.
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
