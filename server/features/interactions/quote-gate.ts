/**
 * What a language model says passes through here before anybody sees it.
 *
 * - **Marker**: `[[2: "words of passage 2"]]`, as the model was asked to write after each claim. When the words are
 *   literally in a passage it becomes `[n]` and a citation; otherwise it is dropped and counted.
 * - **Quotation in running text**: anything between quotation marks, and lines that begin with `>`. The same check;
 *   what fails is replaced by LEFT_OUT (one or two words only lose their marks: naming a term quotes nobody).
 *
 * Text goes out as soon as nothing in it can still turn out to be a quotation.
 */
import {
  citePassage,
  locateQuote,
  type CitablePassage,
  type Citation,
} from "#server/features/citations/citations.ts";
import { trimmed } from "#server/features/search/sentences.ts";
import { createEntityReader } from "./entity-reader.ts";
import { createQuoteReader, type QuoteJudge } from "./quote-reader.ts";

export const LEFT_OUT = "[quotation left out: it is not in your materials]";

export interface GateListener {
  text(piece: string): void;
  citation(citation: Citation): void;
}

const MARKER =
  /^\[\[?\s*(?:passage\s*)?#?(\d+(?:\s*,\s*\d+)*)\s*(?:[:,]?\s*["“”„«‘'「『‹‚`]*([\s\S]*?)["“”»’'」』›`]*)?\s*\]\]?$/iu;

/** @param given undefined when the student asked not to use the materials: then no quotation claims to be from them. */
export function createQuoteGate(
  given: CitablePassage[] | undefined,
  question: string,
  listener: GateListener,
) {
  const speaker = createSpeaker(given ?? [], listener);
  const judge = createJudge(given, question, speaker);
  const reader = createQuoteReader(judge);
  const plain = createEntityReader();
  return {
    citations: speaker.citations,
    get dropped() {
      return judge.dropped;
    },
    push: (piece: string) => reader.push(plain.push(piece)),
    end() {
      reader.push(plain.end());
      reader.end();
    },
  };
}

/** Says text to the listener, and gives each quotation its number. */
function createSpeaker(passages: CitablePassage[], listener: GateListener) {
  const citations: Citation[] = [];
  let last = "\n";
  let lastCited: number | undefined;

  function say(text: string) {
    if (text === "") return;
    last = text.at(-1)!;
    if (/\S/.test(text)) lastCited = undefined;
    listener.text(text);
  }

  return {
    citations,
    say,
    last: () => last,
    sayNumber(number: number) {
      if (lastCited === number) return;
      say(`${/\s/.test(last) ? "" : " "}[${number}]`);
      lastCited = number;
    },
    /**
     * The words as passages have them, each part with the number under which it is cited, or undefined when none has
     * them. They are several where the words run over the end of a passage, or leave something out ("a … b").
     */
    cite(words: string, preferred: number[]): Cited[] | undefined {
      const order = [...preferred.flatMap((number) => passages[number - 1] ?? []), ...passages];
      const parts = words
        .split(/\s*(?:\[\s*)?(?:\.{3}|…)(?:\s*\])?\s*/)
        .filter((part) => /[\p{L}\p{N}]/u.test(part));
      const found = parts.map((part) => findWords(part, order));
      if (parts.length === 0 || found.some((places) => places === undefined)) return undefined;
      return found.flatMap((places) =>
        places!.map(({ passage, span }) => ({
          words: passage.text.slice(span.start, span.end).replaceAll(/\s+/g, " "),
          number: number(passage, span),
        })),
      );
    },
  };

  function number(passage: CitablePassage, span: Span) {
    const made = citePassage(passage, span, citations.length + 1);
    const same = citations.find(
      ({ source, start_offset, end_offset }) =>
        source.id === made.source.id &&
        start_offset === made.start_offset &&
        end_offset === made.end_offset,
    );
    if (same) return same.number;
    citations.push(made);
    listener.citation(made);
    return made.number;
  }
}

interface Cited {
  words: string;
  number: number;
}
interface Span {
  start: number;
  end: number;
}

function findWords(words: string, passages: CitablePassage[]) {
  for (const passage of passages) {
    const span = locateQuote(passage.text, words);
    if (span) return [{ passage, span }];
  }
  return findAcross(words, passages);
}

/** Between two passages of one text stands nothing but white space. */
const WIDEST_GAP = 4;

/** Words that begin in one passage and end in the next one of the same text: two places. */
function findAcross(words: string, passages: CitablePassage[]) {
  for (const first of passages)
    for (const second of passages) {
      const end = first.start_offset + first.text.length;
      const gap = second.start_offset - end;
      if (second.source.id !== first.source.id || gap < 0 || gap > WIDEST_GAP) continue;
      if (second.source.transcription_id !== first.source.transcription_id) continue;
      const joined = `${first.text}${" ".repeat(gap)}${second.text}`;
      const span = locateQuote(joined, words);
      if (!span) continue;
      const left = trimmed(first.text, span.start, first.text.length);
      const right = trimmed(second.text, 0, span.end - first.text.length - gap);
      return [
        ...(left ? [{ passage: first, span: left }] : []),
        ...(right ? [{ passage: second, span: right }] : []),
      ];
    }
  return undefined;
}

function createJudge(
  given: CitablePassage[] | undefined,
  question: string,
  { say, last, cite, sayNumber }: ReturnType<typeof createSpeaker>,
): QuoteJudge & { readonly dropped: number } {
  const passages = given ?? [];
  let dropped = 0;

  function leaveOut() {
    dropped += 1;
    return LEFT_OUT;
  }

  /** Brackets that are no marker may still hold a quotation. */
  function judgeInside(text: string) {
    if (!given) return text;
    return text.replace(/["“„«‘「『]([^"”»’」』]{3,})["”»“’」』]/gu, (whole, words: string) =>
      passages.some((passage) => locateQuote(passage.text, words)) || isNamed(words)
        ? whole
        : leaveOut(),
    );
  }

  /** Words of the question, and what a source or a part of it is called: naming it quotes nothing of it. */
  function isNamed(words: string) {
    return (
      locateQuote(question, words) !== undefined ||
      passages.some(({ source }) => locateQuote(source.title, words) !== undefined)
    );
  }

  /** @param shown as the model wrote it, with its marks */
  function sayCited(cited: Cited[], shown: string, open: string, close: string) {
    const [only, ...more] = cited;
    if (more.length === 0) say(shown);
    for (const { words, number } of cited) {
      if (more.length > 0) say(`${words === only!.words ? "" : " "}${open}${words}${close}`);
      sayNumber(number);
    }
  }

  return {
    say,
    last,
    get dropped() {
      return dropped;
    },
    bracket(text) {
      const [, numbers, words] = MARKER.exec(text) ?? [];
      if (numbers === undefined) return say(judgeInside(text));
      const cited = words ? cite(words, numbers.split(",").map(Number)) : undefined;
      if (cited === undefined) dropped += 1;
      else for (const { number } of cited) sayNumber(number);
    },
    quotation(text) {
      if (!given) return say(text);
      const [, open = "", inside = "", close = ""] =
        /^([`'‘‚]{2}|.)([\s\S]*?)(['’]{2}|.)$/u.exec(text) ?? [];
      const words = inside.replace(/[.,;:]$/, "");
      const cited = cite(inside, []) ?? cite(words, []);
      if (cited !== undefined) sayCited(cited, text, open, close);
      else if (isNamed(words)) say(text);
      else say(countWords(words) <= 2 ? words : leaveOut());
    },
    block(lines) {
      if (!given) return say(lines);
      const bare = linesOfBlock(lines);
      if (bare.every((line) => line === "")) return;
      const whole = cite(bare.join(" "), []);
      if (whole !== undefined) return sayCited(whole, `> ${bare.join(" ")}`, "> ", "\n");
      for (const [at, line] of bare.entries()) {
        const cited = cite(line, []);
        if (at > 0) say("\n");
        if (cited !== undefined) sayCited(cited, `> ${line}`, "> ", "\n");
        else say(leaveOut());
      }
    },
    /** Its words are shown, without the mark that was never closed. */
    unclosed(text) {
      say(
        text.startsWith("[")
          ? judgeInside(text.replace(/\[\[[^\]]*$/, ""))
          : text.slice(1).replace(/["“”„«»‘「」『』]/gu, ""),
      );
    },
  };
}

function linesOfBlock(block: string) {
  return block
    .split("\n")
    .map((line) => line.replace(/^\s*(?:>\s?)+/, "").trim())
    .filter((line) => line !== "")
    .map((line) => line.replace(/\s*\[\[?\d[\s\S]*?\]\]?\s*/gu, ""))
    .map((line) => line.replace(/^["“„«]|["”»“]$/gu, ""));
}

function countWords(text: string) {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text)
    ? Math.ceil(text.length / 2)
    : words.length;
}
