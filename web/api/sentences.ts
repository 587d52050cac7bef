/**
 * The server's own sentences in the language of the page, by their English, as gettext does it. What is put into a sentence (a name, a
 * number, another sentence) stands as `{{}}` in both.
 */
interface Sentence {
  english: RegExp;
  translated: string[];
}

let known: Sentence[] = [];

/** @param catalog English to another language; an empty one where the page is English */
export function learnSentences(catalog: Record<string, string>) {
  known = Object.entries(catalog)
    // What has more of its own words is the better fit.
    .toSorted(([a], [b]) => b.replaceAll("{{}}", "").length - a.replaceAll("{{}}", "").length)
    .map(([english, translated]) => ({
      english: new RegExp(`^${english.split("{{}}").map(escape).join("(.+?)")}$`, "s"),
      translated: translated.split("{{}}"),
    }));
}

/** Undefined for a sentence that nobody translated. */
export function translateSentence(sentence: string): string | undefined {
  for (const { english, translated } of known) {
    const match = english.exec(sentence);
    if (!match) continue;
    const [first = "", ...rest] = translated;
    return rest.reduce(
      (text, part, index) =>
        text + (translateSentence(match[index + 1]!) ?? match[index + 1]) + part,
      first,
    );
  }
  return undefined;
}

function escape(text: string) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
