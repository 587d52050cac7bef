/**
 * A passage as the tutor reads it: its sentences, where each form of a word stands in them, and what each sentence
 * offers. Nothing of it depends on the question, and it is kept with the words of the passage.
 */
import {
  wordsOfPassage,
  type CuttablePassage,
  type PassageWord,
  type PassageWords,
} from "#server/features/search/passage-words.ts";
import type { SearchHit } from "#server/features/search/search-passages.ts";
import { sentencesOf, type Span } from "#server/features/search/sentences.ts";
import type { QuestionKind } from "./question-words.ts";
import { offers } from "./sentence-offers.ts";

interface Place {
  /** Number of the sentence, from 0. */
  sentence: number;
  /** Of the word in its text. */
  position: number;
  /** As it is written there. */
  text: string;
}

export interface PassageReading {
  /** UTF-16 offsets in the passage. */
  spans: Span[];
  inText: Map<string, Place[]>;
  /** Form -> as it is written in the heading. */
  around: Map<string, string[]>;
  /** What the sentence of this number has of what such a question asks for. */
  offered(kind: QuestionKind, sentence: number): ReturnType<typeof offers>;
}

const readings = new WeakMap<PassageWords, Map<string, PassageReading>>();

export function readPassage(passage: Pick<SearchHit, "text" | "heading" | "language" | "source">) {
  const { language, source } = passage;
  const words = wordsOfPassage(passage);
  let ofWords = readings.get(words);
  if (!ofWords) readings.set(words, (ofWords = new Map()));
  const key = `${source.kind} ${language}`;
  let reading = ofWords.get(key);
  if (!reading) ofWords.set(key, (reading = read(passage, words)));
  return reading;
}

function read(
  { text, language, source }: Pick<SearchHit, "text" | "language" | "source">,
  words: PassageWords,
): PassageReading {
  const spans = sentencesOf(text, source.kind === "recording" ? "spoken" : "wrapped", language);
  const inText = new Map<string, Place[]>();
  let sentence = 0;
  for (const { text: written, start, position, forms } of words.text) {
    while (sentence < spans.length - 1 && start >= spans[sentence]!.end) sentence += 1;
    const place = { sentence, position, text: written };
    for (const form of forms.exact) addTo(inText, form, place);
    for (const form of forms.folded) addTo(inText, form, place);
  }
  const known = new Map<string, ReturnType<typeof offers>>();
  return {
    spans,
    inText,
    around: writtenIn(words.heading),
    offered(kind, number) {
      const key = `${kind} ${number}`;
      let found = known.get(key);
      if (found === undefined) {
        const { start, end } = spans[number]!;
        found = offers(kind, text.slice(start, end), language ?? undefined);
        known.set(key, found);
      }
      return found;
    },
  };
}

const titles = new WeakMap<PassageWords, Map<string, string[]>>();

/** Form -> as it is written in the title of the passage's source, whose words are stemmed as the passage's. */
export function readTitle({
  language,
  source,
}: Pick<CuttablePassage, "language"> & Pick<SearchHit, "source">) {
  const words = wordsOfPassage({ text: source.title, heading: null, language });
  let written = titles.get(words);
  if (!written) titles.set(words, (written = writtenIn(words.text)));
  return written;
}

function writtenIn(words: PassageWord[]) {
  const written = new Map<string, string[]>();
  for (const { forms, text } of words)
    for (const form of [...forms.exact, ...forms.folded]) addTo(written, form, text);
  return written;
}

function addTo<T>(lists: Map<string, T[]>, form: string, one: T) {
  const list = lists.get(form);
  if (list) list.push(one);
  else lists.set(form, [one]);
}
