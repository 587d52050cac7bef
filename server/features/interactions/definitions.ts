/** Sentences that say what the thing asked for is: "A nephron is …", "International Phonetic Alphabet (IPA)". */
import { escapePattern } from "#server/escape-pattern.ts";
import type { Span } from "#server/features/search/sentences.ts";
import type { ReadQuestion } from "./read-question.ts";

const ARTICLE =
  "(?:(?:so|and|now|well|an?|the|der|die|das|ein|eine|le|la|les|un|une|el|los|las|una|il|lo|gli|de|het|een|" +
  "os?|as|uma?)\\s+|l['’])";
const SAYS =
  "is|are|was|were|means?|refers?|describes?|denotes?|stands?|ist|sind|war|waren|bezeichnet|bedeutet|heißt|" +
  "beschreibt|" +
  "est|sont|était|étaient|désigne|signifie|es|son|era|eran|significa|designa|è|sono|indica|zijn|betekent|" +
  "heet|é|são|это|=";
const WHAT =
  /^\P{L}*(?:(?:and|so|und|et|y|e|en)\s)?(?:what|who|was|qu['’]|que|qué|che|cos|wat|o que|что|define|explain|describe|erkläre?|definiere|explique|explica|spiega)/iu;
const MOST_WORDS = 4;
/** Characters before the term: a mark of a list and an article. */
const LONGEST_BEFORE = 16;

/**
 * Whether a sentence begins with what was asked for, and says what it is; undefined for other questions. The pattern is
 * made when a sentence begins so, and without Unicode classes: those take 0.5 ms to compile.
 */
export function definingPattern({
  kind,
  text,
  content,
}: ReadQuestion): { test(sentence: string): boolean } | undefined {
  if ((kind !== "definition" && kind !== "open") || !WHAT.test(text)) return undefined;
  if (content.length === 0 || content.length > MOST_WORDS) return undefined;
  const words = content.map((word) => word.slice(0, Math.max(3, word.length - 2)).toLowerCase());
  let pattern: RegExp | undefined;
  return {
    test(sentence) {
      const begins = sentence.slice(0, 200).toLowerCase();
      const at = begins.indexOf(words[0]!);
      if (at < 0 || at > LONGEST_BEFORE) return false;
      const term = words
        .map((word) => `${escapePattern(word)}[^\\s(),;:=]*`)
        .join("[\\s_:-]+(?:\\S{1,4}[\\s-]+)?");
      pattern ??= new RegExp(
        `^[\\s\`*#>•–\\d.)(-]*${ARTICLE}?${term}(?:\\s*\\([^)]{1,60}\\))?` +
          `(?:\\s*[:—–]|,?\\s+(?:${SAYS})(?![a-zà-ÿа-я]))`,
      );
      return pattern.test(begins);
    },
  };
}

const SHORT_FOR =
  /stands? for|abbreviat|acronym|short for|initials|full form|abkürzung|kurz für|wofür steht|steht .+ für|sigle|abréviation|abréviature|abreviatura|sigla|siglas|afkorting|staat .+ voor|acronimo|acrônimo/iu;

/** The letters of which the question wants the words; undefined where it asks for something else. */
export function abbreviationAsked({ text, kind, content }: ReadQuestion): string | undefined {
  const letters = content.filter((word) => /^[\p{L}\d-]{2,7}$/u.test(word));
  if (SHORT_FOR.test(text))
    return (
      letters.find((word) => /^\P{Ll}+$/u.test(word)) ??
      (content.length === 1 ? letters[0] : undefined)
    );
  const asks = kind === "definition" && content.length === 1;
  return asks ? letters.find((word) => /^\p{Lu}{2,6}$/u.test(word)) : undefined;
}

/**
 * Where the sentence says the letters' words: before or in brackets (Schwartz & Hearst 2003, "A simple algorithm for
 * identifying abbreviation definitions in biomedical text"), or by their first letters.
 */
export function expansionIn(letters: string, sentence: string): Span | undefined {
  const short = letters.toLowerCase();
  for (const match of sentence.matchAll(/\(([^()]{2,80})\)/gu)) {
    const inside = match[1]!;
    const before = sentence.slice(0, match.index).trimEnd();
    if (inside.toLowerCase() === short) {
      const start = longFormStart(short, before);
      if (start !== undefined) return { start, end: before.length };
    }
    if (
      new RegExp(`(?<![\\p{L}\\d])${escapePattern(letters)}$`, "iu").test(before) &&
      inside.length > letters.length + 2
    ) {
      const start = longFormStart(short, inside);
      if (start === 0) return { start: match.index + 1, end: match.index + 1 + inside.length };
    }
  }
  return byFirstLetters(short, sentence);
}

/** From the right: each letter in turn, the first one at the beginning of a word. */
function longFormStart(short: string, text: string): number | undefined {
  const long = text.toLowerCase();
  let at = long.length - 1;
  for (let i = short.length - 1; i >= 0; i -= 1) {
    if (!/[\p{L}\d]/u.test(short[i]!)) continue;
    while (
      at >= 0 &&
      (long[at] !== short[i] || (i === 0 && at > 0 && /[\p{L}\d]/u.test(long[at - 1]!)))
    )
      at -= 1;
    if (at < 0) return undefined;
    at -= 1;
  }
  const start = at + 1;
  const words = text.slice(start).split(/[\s-]+/).length;
  return words <= short.length + 3 ? start : undefined;
}

const SMALL =
  /^(?:of|and|for|the|in|on|to|a|an|by|und|der|die|das|des|für|de|la|le|du|et|del|y|van|voor|en|e|di|da|do)$/iu;

/** "International Phonetic Alphabet" for "ipa": at least three words, each with a capital. */
function byFirstLetters(short: string, sentence: string): Span | undefined {
  if (short.length < 3) return undefined;
  const words = [...sentence.matchAll(/[\p{L}\d]+/gu)];
  for (let first = 0; first < words.length; first += 1) {
    let letter = 0;
    for (let i = first; i < words.length && letter < short.length; i += 1) {
      const [word] = words[i]!;
      if (/^\p{Lu}/u.test(word) && word[0]!.toLowerCase() === short[letter] && word.length > 1)
        letter += 1;
      else if (letter === 0 || !SMALL.test(word)) break;
      if (letter === short.length)
        return { start: words[first]!.index, end: words[i]!.index + word.length };
    }
  }
  return undefined;
}
