/**
 * Words of a sentence that stand together and name something. English by the parts of speech that wink-nlp tells
 * (https://winkjs.org/wink-nlp/part-of-speech.html), other languages by their spelling and small words.
 */
import { createRequire } from "node:module";
import type createWink from "wink-nlp";
import type { WinkMethods } from "wink-nlp";
import { baseLanguage } from "#server/features/search/word-forms.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { isStopWord, type Word } from "#server/features/study/overviews/words.ts";
import { isCommon } from "./common-words.ts";
import type { Writer } from "./written-forms.ts";

const require = createRequire(import.meta.url);
/** Longer ones are sentences. */
const LONGEST = 4;

/** Of every part that can stand alone: its words, in order. `isName`: each of them is a name. */
export interface Phrase {
  words: Word[];
  isName: boolean;
  /** It is no part of a longer one. */
  isWhole: boolean;
}

export function phrasesOf(sentence: Sentence, write: Writer): Phrase[] {
  const language = baseLanguage(sentence.source.language);
  if (!language || language === "en") return englishPhrases(sentence, write);
  if (language === "zh" || language === "ja") return hanPhrases(sentence);
  return plainPhrases(sentence, language, write);
}

type Kind = "noun" | "name" | "modifier" | "link" | "other";

let wink: WinkMethods | undefined;

/** Loaded where English is looked through: a fifth of a second. */
function tagger() {
  if (!wink) {
    const create = require("wink-nlp") as typeof createWink;
    wink = create(require("wink-eng-lite-web-model"), ["sbd", "pos"]);
  }
  return wink;
}

/** What says nothing of a subject before any noun. */
const EMPTY_MODIFIER =
  /^(?:available|sufficient|relevant|related|following|previous|next|current|recent|entire|total|various|overall|typical|usual|actual|main|major|minor|key|basic|given|based|additional|optional|necessary|required|powerful|specific|particular|own|less|high|low|higher|lower|larger|smaller|better|best|worse|strong|weak|positive|negative|extra|upcoming|initial|brief|online|famous|possible|similar|exact|real|wonderful|wild)$/;
const EMPTY_NOUN =
  /^(?:examples?|things?|lots?|kinds?|types?|parts?|ways?|cases?|slides?|pages?|figures?|tables?|chapters?|lectures?|links?|url|quizz?(?:es)?|homeworks?|assignments?|deadline|office|reasons?|questions?|answers?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|fall|spring|semester|prof(?:essor)?|dr|mit|opencourseware|ocw|courseware|lab|check-in|today|yes|no|et|al|etc|piazza|gradescope|canvas|moodle|blackboard|writeups?|recitations?|recap|intermission|department|affiliation|defn|note|notes|cont(?:inued)?|overview|outline|agenda|summary|introduction|conclusions?|objectives?)$/i;

/** Rare nouns are often taken for something else. */
const NOUN_ENDING = /\p{L}{3}(?:ism|tion|sion|ity|ness|ology|osis|esis|itis|ase|ment)s?$/u;

function englishPhrases(sentence: Sentence, write: Writer): Phrase[] {
  const { text, words } = sentence;
  if (words.length === 0) return [];
  // Written as within a sentence: the tagger takes every large word for a name.
  let plain = "";
  let at = 0;
  for (const word of words) {
    plain += text.slice(at, word.start) + sameLength(write(word), word);
    at = word.end;
  }
  plain += text.slice(at);
  const doc = tagger().readDoc(plain);
  const { its } = tagger();
  const tokens = doc.tokens();
  const values = tokens.out(its.value) as string[];
  const tags = tokens.out(its.pos) as string[];
  const kinds = new Map<number, string>();
  let from = 0;
  for (const [n, value] of values.entries()) {
    const start = plain.indexOf(value, from);
    if (start < 0) continue;
    from = start + value.length;
    // Of a word with a hyphen the last part decides.
    for (const word of words)
      if (start >= word.start && start < word.end) kinds.set(word.start, tags[n]!);
  }
  const kindOf = (word: Word): Kind => {
    const written = write(word);
    if (isStopWord(written, "en") || /['’]/.test(word.text) || !/\p{L}/u.test(word.text))
      return "other";
    if (EMPTY_NOUN.test(written)) return "other";
    // Letters of the phonetic alphabet, and pieces of a word that was torn apart.
    if (/[\u0250-\u02af]|^(?:\p{L}?\p{Ll}|vs|iff|expr|resp)$/u.test(written)) return "other";
    if (/\d|\./.test(written)) return /^\p{Lu}[\p{L}\d]{1,4}$/u.test(written) ? "noun" : "other";
    if (/^\p{Lu}{2,6}s?$/u.test(written) || NOUN_ENDING.test(written)) return "noun";
    const tag = kinds.get(word.start);
    if (tag === "PROPN") return /^\p{Lu}\p{Ll}/u.test(written) ? "name" : "noun";
    if (tag === "NOUN") return "noun";
    if (tag === "VERB" && isAfterArticle(word, sentence)) return "modifier";
    if (tag === "ADJ") return EMPTY_MODIFIER.test(written) ? "other" : "modifier";
    return "other";
  };
  return fromRuns(sentence, kindOf);
}

/** "the pumping lemma", "a sorted list". */
function isAfterArticle({ text, start }: Word, sentence: Sentence) {
  return (
    /(?:ing|ed)$/.test(text) &&
    /(?:^|\s)(?:the|an?|each|every|this)\s$/i.test(
      sentence.text.slice(Math.max(0, start - 7), start),
    )
  );
}

function sameLength(written: string, { text }: Word) {
  return written.length === text.length ? written : text;
}

const NUMERALS = new Set(
  (
    "zwei drei vier fünf sechs sieben acht neun zehn deux trois quatre cinq sept huit neuf dix dos tres cuatro " +
    "cinco seis siete ocho nueve diez due tre quattro cinque sei sette otto nove dieci dois três quatro sete oito " +
    "dez twee drie vijf zes zeven negen tien"
  ).split(" "),
);
const LINKS: Record<string, RegExp> = {
  fr: /^(?:de|du|des)$/,
  es: /^(?:de|del)$/,
  pt: /^(?:de|do|da|dos|das)$/,
  it: /^(?:di|del|della|dei|delle|dello)$/,
};
/** Endings of weak verbs and of adverbs; a noun may have them, and is found then in a longer phrase only. */
const NO_NOUN: Record<string, RegExp> = {
  fr: /(?:ement|amment|emment|aient|èrent|issent|er|ez|ant)$/,
  es: /(?:mente|aron|ieron|ando|iendo|ar|er|ir|aba|aban)$/,
  pt: /(?:mente|aram|eram|ando|endo|ar|er|ir|ava|avam)$/,
  it: /(?:mente|ando|endo|are|ere|ire|ava|avano)$/,
};

function plainPhrases(sentence: Sentence, language: string, write: Writer): Phrase[] {
  const isGerman = language === "de";
  const kindOf = (word: Word): Kind => {
    const written = write(word);
    if (LINKS[language]?.test(written)) return "link";
    if (isStopWord(word.text, language) || /['’]/.test(word.text) || !/^\p{L}/u.test(word.text))
      return "other";
    if (NUMERALS.has(word.text.toLowerCase())) return "other";
    const large = /^\p{Lu}/u.test(written);
    if (isGerman) {
      if (large) return "noun";
      return !isCommon(written, language) && /(?:e|en|er|es|em)$/.test(written)
        ? "modifier"
        : "other";
    }
    if (large && /^\p{Lu}\p{Ll}/u.test(written)) return "name";
    return NO_NOUN[language]?.test(written) ? "other" : "noun";
  };
  return fromRuns(sentence, kindOf);
}

const HAN_STOP =
  /^(?:[的了是在和有也不与及或其为以于由从到对把被就都而但这那之所个一二三四五六七八九十可能会要让使它他她我你们将并等中上下里第每各该此则即因如若时后前者]|可以|包括|因为|所以|如果|但是|以及|通过|进行|这些|那些|一个|我们|他们|它们|没有|什么|怎么|不是|就是|称为|叫做|分为|由于|其中|例如|比如|需要|使用|根据|负责)$/u;

/**
 * No spaces between words, and the segmenter parts what its dictionary does not have: parts that keep together count.
 */
function hanPhrases(sentence: Sentence): Phrase[] {
  const kindOf = ({ text }: Word): Kind =>
    HAN_STOP.test(text) || !/^[\p{Script=Han}\p{Script=Katakana}A-Za-z]+$/u.test(text)
      ? "other"
      : "noun";
  return fromRuns(sentence, kindOf, "");
}

/** Each run of words that names something, and its parts that do. */
function fromRuns(sentence: Sentence, kindOf: (word: Word) => Kind, between = " "): Phrase[] {
  const phrases: Phrase[] = [];
  let run: { word: Word; kind: Kind }[] = [];
  const close = () => {
    for (let from = 0; from < run.length; from += 1)
      for (let to = from + 1; to <= Math.min(run.length, from + LONGEST); to += 1) {
        const part = run.slice(from, to);
        if (!isPhrase(part.map(({ kind }) => kind))) continue;
        phrases.push({
          words: part.map(({ word }) => word),
          isName: part.every(({ kind }) => kind === "name"),
          isWhole: part.length === run.length,
        });
      }
    run = [];
  };
  for (const word of sentence.words) {
    const kind = kindOf(word);
    const last = run.at(-1)?.word;
    if (last && sentence.text.slice(last.end, word.start).replaceAll(/\s+/g, " ") !== between)
      close();
    if (kind === "other") close();
    else run.push({ word, kind });
  }
  close();
  return phrases;
}

function isPhrase(kinds: Kind[]) {
  const [first, last] = [kinds[0], kinds.at(-1)];
  return first !== "link" && (last === "noun" || last === "name");
}
