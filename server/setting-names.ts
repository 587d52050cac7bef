import { distance } from "fastest-levenshtein";

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
