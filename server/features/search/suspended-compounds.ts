/**
 * "Menschen- und Bürgerrechte" are Menschenrechte, too: what a hyphen leaves open (a **stub**) goes on with the last
 * part of the compound that its list ends with. The other way round the compound comes first: "Bürgerrechte und
 * -pflichten" are Bürgerpflichten.
 */
import { hasCompounds } from "./compounds.ts";
import { closedStubs } from "./word-forms.ts";
import type { Word } from "./words.ts";

const LINK = "(?:\\s?[,/]\\s?|,?\\s(?:und|oder|bzw\\.|sowie|wie|statt|en|of|och|eller|samt|og)\\s)";
/** "Vor-, Neben- und Hauptfach"; bounded, so that no text makes them slow. */
const OPEN_AFTER = new RegExp(
  `(?<![\\p{L}\\p{N}])(?<stubs>(?:\\p{L}{2,40}[-‐‑]${LINK}){1,5})(?<full>\\p{L}{5,50})(?!\\p{L})`,
  "dgu",
);
const OPEN_BEFORE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?<full>\\p{L}{5,50})(?<stubs>(?:${LINK}[-‐‑]\\p{L}{3,40}(?!\\p{L})){1,5})`,
  "dgu",
);
const WAYS = [
  { pattern: OPEN_AFTER, stubs: /\p{L}{2,40}(?=[-‐‑])/gu, place: "first" },
  { pattern: OPEN_BEFORE, stubs: /(?<=[-‐‑])\p{L}{2,}/gu, place: "last" },
] as const;
const MAY_HAVE = /\p{L}[-‐‑][\s,/]|[\s,/][-‐‑]\p{L}/u;

/**
 * The words of a text, and after each stub the compounds that it stands for, at its place.
 *
 * @param words of `wordsOf`
 * @param languages of `stemmedLanguage`
 */
export function withSuspended(words: Word[], text: string, languages: readonly string[]): Word[] {
  const compounding = languages.filter(hasCompounds);
  if (compounding.length === 0 || !MAY_HAVE.test(text)) return words;
  const meant = new Map<number, string[]>();
  for (const { pattern, stubs, place } of WAYS)
    for (const { indices } of text.matchAll(pattern)) {
      const [start, end] = indices!.groups!["stubs"]!;
      const full = text.slice(...indices!.groups!["full"]!).toLowerCase();
      for (const { 0: stub, index } of text.slice(start, end).matchAll(stubs)) {
        const closed = compounding.flatMap((language) =>
          closedStubs(stub.toLowerCase(), full, place, language),
        );
        if (closed.length > 0) meant.set(start + index, closed);
      }
    }
  return words.flatMap((word) =>
    word.kind === "word"
      ? [word, ...(meant.get(word.start) ?? []).map((closed) => ({ ...word, text: closed }))]
      : [word],
  );
}
