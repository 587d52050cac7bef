/** Read by the command line's client, by tests and by whoever looks for a fault; the server has no use for them. */
const NOT_SETTINGS = /^LM_(SERVER|TOKEN|PASSWORD|SESSION_FILE|DEBUG|TEST_\w+|KILLS_\w+)$/;

/** A misspelt name would be ignored, and its default would hold. */
export function unknownNames(names: string[], settingNames: string[]): string[] {
  return names
    .filter(
      (name) => name.startsWith("LM_") && !settingNames.includes(name) && !NOT_SETTINGS.test(name),
    )
    .map((name) => {
      return `${name}: there is no such setting. Did you mean ${nearestName(name, settingNames)}?`;
    });
}

export function nearestName(name: string, names: string[]) {
  return names.toSorted((a, b) => distance(name, a) - distance(name, b))[0]!;
}

/** Letters to change, add or leave out (Levenshtein). */
function distance(from: string, to: string) {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries())
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
