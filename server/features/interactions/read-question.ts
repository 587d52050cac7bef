/**
 * A question as the tutor without a model reads it: its language, what it asks for, and the words that say what it is
 * about.
 */
import { detectLanguage } from "#server/features/search/languages.ts";
import { withoutAskingPhrases } from "./asking-phrases.ts";
import { QUESTION_LANGUAGES } from "./question-languages/by-code.ts";
import type { QuestionKind, QuestionLanguage } from "./question-words.ts";
import { smallTalkIn } from "./small-talk.ts";

export interface ReadQuestion {
  text: string;
  /** BCP 47; undefined where nothing tells. */
  language: string | undefined;
  kind: QuestionKind;
  /** Words of the subject, in order. */
  content: string[];
  /** Words that count a little. */
  light: string[];
  /** Content words that are written as names or are numbers: an answer without them is about something else. */
  names: string[];
  /** Content words that say of what sort the answer is ("Which drug inhibits …"): it stands in their place. */
  sorts: string[];
}

/** "Which drug", "welches Land". */
const SORT =
  /(?<!\p{L})(?:which|what|welche[rsnm]?|quel(?:le)?s?|qué|quale?|quali|welke?|qual|quais)\s+([\p{L}\p{M}-]+)/iu;
const EXAMPLE =
  /(?<!\p{L})(?:(?:give|name|show|an?|another|some|any|ein|noch ein|einige|un|une|des|unos|um|een|due|alcuni|dois)\s(?:\p{L}+\s)?)(?:examples?|beispiele?|exemples?|ejemplos?|exemplos?|esempi[o]?|voorbeeld(?:en)?)(?!\p{L})|пример|举例/iu;
const YEAR = /(?:year|date|jahr|année|año|anno|jaar|ano)\s*(?:[?？]\s*)?$/iu;
/** Questions in one message: more are left to the next. */
const MOST_PARTS = 3;

/** A letter or digit, then what may stand inside of a word. */
const WORD =
  /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|[.,](?=\p{N})|['’](?=\p{L})|[-‐](?=[\p{L}\p{N}]))*/gu;
/** French and Italian articles are written onto the word: l'osmose, dell'acqua. */
const ELIDED = /^(?:[ldjmtsnc]|qu|dell|all|dall|nell|sull|un|cos|dov|com)['’]/iu;

/** The questions of one message, each by itself. */
export function readQuestions(text: string): ReadQuestion[] {
  const parts = text
    .split(
      /(?<=[?？])\s+|\n+|(?<=\p{Ll}{4}[.!]|。)\s*(?=[\p{Lu}¿\p{Lo}])|(?<=\p{L}),? (?:and|und|et|y|e|en) (?=(?:what|who|when|where|why|how|which|was|wer|wann|wo|warum|wie|qui|quand|où|pourquoi|comment|qué|quién|cuándo|dónde|cómo|chi|quando|dove|perché|wat|wie|wanneer|waar|waarom|hoe)\s)/iu,
    )
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
  const whole = readQuestion(text);
  if (smallTalkIn(text)) return [whole];
  if (parts.length < 2) return [whole];
  const read = parts.map((part) => readQuestion(part, whole.language));
  const asking = read.filter(({ kind, text: part }) => kind !== "open" || /[?？]$/.test(part));
  // What is only told ("My exam is tomorrow.") leads to the question; a question without a subject needs the others.
  if (asking.length === 0 || asking.some(({ content }) => content.length === 0)) return [whole];
  const told = read.filter((part) => !asking.includes(part)).flatMap(({ content }) => content);
  return asking.slice(0, MOST_PARTS).map((part) => ({ ...part, light: [...part.light, ...told] }));
}

export function readQuestion(text: string, known?: string): ReadQuestion {
  const talk = smallTalkIn(text);
  if (talk) return { text, ...talk, content: [], light: [], names: [], sorts: [] };
  const asked = withoutAskingPhrases(text);
  const words = (asked.match(WORD) ?? []).map((word) => word.replace(ELIDED, ""));
  const language = languageOfQuestion(text, words) ?? known;
  // A few key words without any that asks are of no language: English light words are light there, too.
  const rules = QUESTION_LANGUAGES[language ?? ""];
  const lightly = rules?.light ?? QUESTION_LANGUAGES["en"]!.light;
  const content: string[] = [];
  const light: string[] = [];
  const names: string[] = [];
  for (const [i, word] of words.entries()) {
    const plain = word.toLowerCase().replace(/['’]s$/u, "");
    if (plain === "" || rules?.empty.has(plain)) continue;
    if (lightly.has(plain) || rules?.asks?.test(plain)) {
      light.push(word);
      continue;
    }
    content.push(word);
    if (/^\p{N}/u.test(word) || (language !== "de" && i > 0 && /^\p{Lu}/u.test(word)))
      names.push(word);
  }
  const sort = content.length > 2 ? SORT.exec(asked)?.[1] : undefined;
  return {
    text,
    language,
    kind: kindOf(text, asked, rules),
    content,
    light,
    names,
    sorts: sort && content.includes(sort) && !names.includes(sort) ? [sort] : [],
  };
}

function kindOf(text: string, asked: string, rules: QuestionLanguage | undefined): QuestionKind {
  if (EXAMPLE.test(text)) return "example";
  const kindIn = (part: string) =>
    rules?.kinds.find(([, pattern]) => pattern.test(part))?.[0] ?? "open";
  const kind = kindIn(asked);
  if (kind !== "open") return kind;
  // "Carlill year?"; "can you explain" is no question for yes or no.
  const whole = YEAR.test(text) ? "time" : kindIn(text);
  return whole === "yes-no" ? "open" : whole;
}

/** By the words with which questions are asked, where they tell; else by the letters and the commonest words. */
function languageOfQuestion(text: string, words: string[]) {
  const lower = words.map((word) => word.toLowerCase());
  const counted = Object.entries(QUESTION_LANGUAGES).map(([language, { kinds, empty }]) => ({
    language,
    kinds,
    count: lower.filter((word) => empty.has(word)).length,
  }));
  const most = Math.max(...counted.map(({ count }) => count));
  // The kind is worth one word: who is further behind cannot come first.
  const found = counted.map(({ language, kinds, count }) => ({
    language,
    score: count + 1 >= most && kinds.some(([, pattern]) => pattern.test(text)) ? count + 1 : count,
  }));
  const [best, second] = found.sort((a, b) => b.score - a.score);
  return best!.score > second!.score
    ? best!.language
    : (detectLanguage(text) ?? (best!.score > 0 ? best!.language : undefined));
}
