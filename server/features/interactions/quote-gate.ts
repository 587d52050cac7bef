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
import { createQuoteReader, type QuoteJudge } from "./quote-reader.ts";

export const LEFT_OUT = "[quotation left out: it is not in your materials]";

export interface GateListener {
  text(piece: string): void;
  citation(citation: Citation): void;
}

const MARKER =
  /^\[\[?\s*(?:passage\s*)?#?(\d+(?:\s*,\s*\d+)*)\s*(?:[:,]?\s*["“”„«‘']?([\s\S]*?)["“”»’']?)?\s*\]\]?$/iu;

/** @param given undefined when the student asked not to use the materials: then no quotation claims to be from them. */
export function createQuoteGate(
  given: CitablePassage[] | undefined,
  question: string,
  listener: GateListener,
) {
  const speaker = createSpeaker(given ?? [], listener);
  const judge = createJudge(given, question, speaker);
  const reader = createQuoteReader(judge);
  return {
    citations: speaker.citations,
    get dropped() {
      return judge.dropped;
    },
    push: reader.push,
    end: reader.end,
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
    /** The number under which the words are cited, or undefined when no passage has them. */
    cite(words: string, preferred: number[]): number | undefined {
      const order = [...preferred.map((number) => passages[number - 1]), ...passages];
      for (const passage of order) {
        const span = passage && locateQuote(passage.text, words);
        if (!passage || !span) continue;
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
      return undefined;
    },
  };
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
    return text.replace(/["“„«‘]([^"”»’]{3,})["”»“’]/gu, (whole, words: string) =>
      passages.some((passage) => locateQuote(passage.text, words)) || locateQuote(question, words)
        ? whole
        : leaveOut(),
    );
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
      const number = words ? cite(words, numbers.split(",").map(Number)) : undefined;
      if (number === undefined) dropped += 1;
      else sayNumber(number);
    },
    quotation(text) {
      if (!given) return say(text);
      const words = text.slice(1, -1).replace(/[.,;:]$/, "");
      const number = cite(text.slice(1, -1), []) ?? cite(words, []);
      if (number !== undefined) {
        say(text);
        sayNumber(number);
      } else if (locateQuote(question, words)) say(text);
      else say(countWords(words) <= 2 ? words : leaveOut());
    },
    block(line) {
      if (!given) return say(line);
      const words = line.replace(/^\s*(?:>\s?)+/, "").trim();
      const bare = words
        .replace(/\s*\[\[?\d[\s\S]*?\]\]?\s*/gu, "")
        .replace(/^["“„«]|["”»“]$/gu, "");
      const number = cite(bare, []);
      if (number !== undefined) {
        say(`> ${bare}`);
        sayNumber(number);
      } else if (bare !== "") say(leaveOut());
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

function countWords(text: string) {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text)
    ? Math.ceil(text.length / 2)
    : words.length;
}
