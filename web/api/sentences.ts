/**
 * What the server says in the words of the page, by its English, as gettext does it. What is put in (a name, a number,
 * another sentence) stands as `{{}}` in both.
 */
export type Translate = (sentence: string) => string | undefined;

/** @param catalog the server's English to the page's words */
export function translator(catalog: Record<string, string>): Translate {
  const known = Object.entries(catalog)
    // What has more of its own words is the better fit.
    .toSorted(([a], [b]) => b.replaceAll("{{}}", "").length - a.replaceAll("{{}}", "").length)
    .map(([english, translated]) => ({
      english: new RegExp(`^${english.split("{{}}").map(escape).join("(.+?)")}$`, "s"),
      translated: translated.split("{{}}"),
    }));

  function translate(sentence: string): string | undefined {
    for (const { english, translated } of known) {
      const match = english.exec(sentence);
      if (!match) continue;
      const [first = "", ...rest] = translated;
      return rest.reduce((text, part, index) => text + putIn(match[index + 1]!) + part, first);
    }
    return undefined;
  }

  /** A list is put in word by word. */
  function putIn(given: string) {
    const parts = given.split(", ").map((part) => translate(part) ?? part);
    return translate(given) ?? parts.join(", ");
  }

  return translate;
}

function escape(text: string) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
