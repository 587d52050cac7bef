/**
 * What a language model says passes through here before anybody sees it.
 *
 * - **Marker**: `[[2: "words of passage 2"]]`, as the model was asked to write after each claim. When the words are literally
 *   in a passage it becomes `[n]` and a citation; otherwise it is dropped and counted.
 * - **Quotation in running text**: anything between quotation marks, and lines that begin with `>`. The same check; what
 *   fails is replaced by LEFT_OUT (one or two words only lose their marks: naming a term quotes nobody).
 *
 * Text goes out as soon as nothing in it can still turn out to be a quotation.
 */
import { citePassage, locateQuote, type Citation } from "#server/features/citations/citations.ts";
import type { SearchHit } from "#server/features/search/search-passages.ts";

export const LEFT_OUT = "[quotation left out: it is not in your materials]";

export interface GateListener {
  text(piece: string): void;
  citation(citation: Citation): void;
}

const SINGLE = "single";
const CLOSING: Record<string, string> = {
  '"': '"',
  "“": '”"“',
  "”": "”",
  "„": '“”"',
  "«": "»",
  "»": "«",
  "‹": "›",
  "‘": SINGLE,
  "‚": "‘’",
  "「": "」",
  "『": "』",
  "[": "]",
};
/** A quotation mark that is not closed within this many characters was none. */
const LONGEST = 1200;
const MARKER =
  /^\[\[?\s*(?:passage\s*)?#?(\d+(?:\s*,\s*\d+)*)\s*(?:[:,]?\s*["“”„«‘']?([\s\S]*?)["“”»’']?)?\s*\]\]?$/iu;

/** @param given undefined when the student asked not to use the materials: then no quotation claims to be from them. */
export function createQuoteGate(
  given: SearchHit[] | undefined,
  question: string,
  listener: GateListener,
) {
  const passages = given ?? [];
  const citations: Citation[] = [];
  let dropped = 0;
  let held = "";
  let closing: string | undefined;
  let maybeClosed = false;
  let lineStart = "";
  let last = "\n";
  let lastCited: number | undefined;

  function say(text: string) {
    if (text === "") return;
    last = text.at(-1)!;
    if (/\S/.test(text)) lastCited = undefined;
    listener.text(text);
  }

  /** The number under which the words are cited, or undefined when no passage has them. */
  function cite(words: string, preferred: number[]): number | undefined {
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
  }

  function sayNumber(number: number) {
    if (lastCited === number) return;
    say(`${/\s/.test(last) ? "" : " "}[${number}]`);
    lastCited = number;
  }

  function judgeBracket(text: string) {
    const [, numbers, words] = MARKER.exec(text) ?? [];
    if (numbers === undefined) {
      say(judgeInside(text));
      return;
    }
    const number = words ? cite(words, numbers.split(",").map(Number)) : undefined;
    if (number === undefined) dropped += 1;
    else sayNumber(number);
  }

  /** Brackets that are no marker may still hold a quotation. */
  function judgeInside(text: string) {
    if (!given) return text;
    return text.replace(/["“„«‘]([^"”»’]{3,})["”»“’]/gu, (whole, words: string) =>
      allowed(words) ? whole : ((dropped += 1), LEFT_OUT),
    );
  }

  function allowed(words: string) {
    return (
      passages.some((passage) => locateQuote(passage.text, words)) ||
      locateQuote(question, words) !== undefined
    );
  }

  function judgeQuotation(text: string) {
    if (!given) return say(text);
    const words = text.slice(1, -1).replace(/[.,;:]$/, "");
    const number = cite(text.slice(1, -1), []) ?? cite(words, []);
    if (number !== undefined) {
      say(text);
      sayNumber(number);
    } else if (locateQuote(question, words)) say(text);
    else if (countWords(words) <= 2) say(words);
    else {
      dropped += 1;
      say(LEFT_OUT);
    }
  }

  function judgeBlock(line: string) {
    if (!given) return say(line);
    const words = line.replace(/^\s*(?:>\s?)+/, "").trim();
    const bare = words.replace(/\s*\[\[?\d[\s\S]*?\]\]?\s*/gu, "").replace(/^["“„«]|["”»“]$/gu, "");
    const number = cite(bare, []);
    if (number !== undefined) {
      say(`> ${bare}`);
      sayNumber(number);
    } else if (bare !== "") {
      dropped += 1;
      say(LEFT_OUT);
    }
  }

  function closeHeld() {
    const text = held;
    const kind = closing;
    held = "";
    closing = undefined;
    maybeClosed = false;
    if (kind === "\n") judgeBlock(text);
    else if (kind === "]") judgeBracket(text);
    else judgeQuotation(text);
  }

  function take(letter: string) {
    if (closing === undefined) {
      const opens = opensHere(letter);
      if (opens === undefined) return say(letter);
      held = letter;
      closing = opens;
      return;
    }
    if (closing === "\n") {
      if (letter !== "\n") held += letter;
      else {
        closeHeld();
        say("\n");
      }
      return;
    }
    // The mark that ends a quotation in single marks is also the apostrophe: the next letter decides.
    if (maybeClosed) {
      maybeClosed = false;
      if (!/[\p{L}\p{N}]/u.test(letter)) {
        closeHeld();
        return take(letter);
      }
    }
    held += letter;
    if (closing === SINGLE) maybeClosed = /['’]/u.test(letter);
    // A marker holds a quotation, and that one may hold brackets.
    else if (held.startsWith("[[") ? held.endsWith("]]") : closing.includes(letter))
      return closeHeld();
    const line = closing === "]" && !held.startsWith("[[") && letter === "\n";
    if (line || held.length > LONGEST || held.endsWith("\n\n")) giveUp();
  }

  function opensHere(letter: string) {
    if (letter === ">" && lineStart.trim() === "") return "\n";
    if (letter === "'") return /[\p{L}\p{N}]/u.test(last) ? undefined : SINGLE;
    // After a figure it is an inch or a second; a closing mark after a letter closes nothing here.
    if (letter === '"' && /\p{N}/u.test(last)) return undefined;
    if ((letter === "”" || letter === "»") && /\S/u.test(last)) return undefined;
    return CLOSING[letter];
  }

  /** It was no quotation: its words are shown, without the mark that was never closed. */
  function giveUp() {
    const text = held;
    held = "";
    closing = undefined;
    say(
      text.startsWith("[")
        ? judgeInside(text.replace(/\[\[[^\]]*$/, ""))
        : text.slice(1).replace(/["“”„«»‘「」『』]/gu, ""),
    );
  }

  return {
    citations,
    get dropped() {
      return dropped;
    },
    push(piece: string) {
      for (const letter of piece) {
        take(letter);
        lineStart = letter === "\n" ? "" : lineStart + letter;
        if (lineStart.length > 8) lineStart = lineStart.slice(0, 8);
      }
    },
    end() {
      if (closing === "\n") closeHeld();
      else if (maybeClosed) closeHeld();
      else if (closing !== undefined) giveUp();
    },
  };
}

function countWords(text: string) {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text)
    ? Math.ceil(text.length / 2)
    : words.length;
}
