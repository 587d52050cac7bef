/** So many of them at the most, evenly over all: a long lecture is not its first ten minutes. */
export function evenly<T>(all: T[], most: number): T[] {
  if (all.length <= most) return all;
  return Array.from(
    { length: most },
    (_, at) => all[Math.floor(((at + 0.5) * all.length) / most)]!,
  );
}
