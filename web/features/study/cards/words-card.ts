/**
 * A card of words that were marked in a text: a gap in their sentence, or the answer to a question that is still to be
 * written. Pure.
 */
import { EMPTY_DRAFT, type Draft } from "./draft.ts";

/** Where a sentence is looked for around the words. */
const AROUND = 600;
/** More of its sentence than this is no gap any more. */
const MOST_OF_SENTENCE = 0.6;
const LONGEST_SENTENCE = 500;

export interface WordsCard {
  draft: Pick<Draft, "kind" | "front" | "back">;
  /** The witness: the sentence of a gap, the words themselves else. */
  start_offset: number;
  end_offset: number;
  quote: string;
}

/** @param start UTF-16 offsets in `text`, as citations count them. */
export function cardOfWords(
  text: string,
  start: number,
  end: number,
  language?: string | null,
): WordsCard | undefined {
  const marked = trimmed(text, start, end);
  if (!marked) return undefined;
  const sentence = sentenceAround(text, marked, language);
  const words = text.slice(marked.start, marked.end);
  const whole = text.slice(sentence.start, sentence.end);
  const isGap = words.length <= MOST_OF_SENTENCE * whole.length && whole.length <= LONGEST_SENTENCE;
  if (!isGap)
    return {
      draft: { kind: "basic", front: "", back: oneLine(words) },
      start_offset: marked.start,
      end_offset: marked.end,
      quote: words,
    };
  const before = text.slice(sentence.start, marked.start);
  const after = text.slice(marked.end, sentence.end);
  return {
    draft: {
      ...EMPTY_DRAFT,
      kind: "cloze",
      front: oneLine(`${before}{{c1::${words}}}${after}`),
    },
    start_offset: sentence.start,
    end_offset: sentence.end,
    quote: whole,
  };
}

interface Span {
  start: number;
  end: number;
}

/** Without the spaces at its ends, and grown to whole words: a selection by hand cuts letters off. */
function trimmed(text: string, from: number, to: number): Span | undefined {
  let start = Math.max(0, from);
  let end = Math.min(text.length, to);
  while (start < end && /\s/.test(text[start]!)) start += 1;
  while (end > start && /\s/.test(text[end - 1]!)) end -= 1;
  if (start >= end) return undefined;
  const isWord = (at: number) => at >= 0 && at < text.length && /[\p{L}\p{N}]/u.test(text[at]!);
  while (isWord(start) && isWord(start - 1)) start -= 1;
  while (isWord(end - 1) && isWord(end)) end += 1;
  return { start, end };
}

function sentenceAround(text: string, { start, end }: Span, language?: string | null): Span {
  const from = Math.max(0, start - AROUND);
  const window = text.slice(from, Math.min(text.length, end + AROUND));
  // A line feed of a transcript is no end of a sentence; an empty line of a document is one.
  const flat = window.replace(/\n(?!\s*\n)/g, " ");
  let first: number | undefined;
  let last = 0;
  for (const { segment, index } of segmenter(language).segment(flat)) {
    const at = from + index;
    if (at + segment.length <= start) continue;
    if (at >= end) break;
    first ??= at;
    last = at + segment.length;
  }
  return trimmedEnds(text, { start: first ?? start, end: Math.max(last, end) });
}

function trimmedEnds(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && /\s/.test(text[start]!)) start += 1;
  while (end > start && /\s/.test(text[end - 1]!)) end -= 1;
  return { start, end };
}

function segmenter(language?: string | null) {
  try {
    return new Intl.Segmenter(language ?? undefined, { granularity: "sentence" });
  } catch {
    return new Intl.Segmenter(undefined, { granularity: "sentence" });
  }
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
