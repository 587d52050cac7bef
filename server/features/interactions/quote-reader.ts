/** A quotation mark that is not closed within this many characters was none. */
const LONGEST = 1200;

const SINGLE = "single";
/** ``like this'', as in LaTeX. */
const DOUBLED = "doubled";
const LINE = "\n";
const BRACKET = "]";
/** What may close a quotation, by the mark that opened it. */
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
  "﹁": "﹂",
  "﹃": "﹄",
  "〝": "〞〟",
  "＂": "＂",
  "″": "″",
  "❝": "❞",
  "❛": "❜",
  "[": BRACKET,
};

/** Told what the letters turned out to be; what opens a quotation depends on what was said last. */
export interface QuoteJudge {
  /** Text that is no part of a quotation. */
  say(text: string): void;
  /** The last letter that was said. */
  last(): string;
  /** Lines that begin with `>`. */
  block(lines: string): void;
  bracket(text: string): void;
  quotation(text: string): void;
  /** What was held back as a quotation was none. */
  unclosed(text: string): void;
}

/** Letter by letter: holds back what may still turn out to be a quotation, and passes on the rest. */
export function createQuoteReader(judge: QuoteJudge) {
  let held = "";
  let closing: string | undefined;
  let maybeClosed = false;
  let block = createBlock();
  let lineStart = "";

  function release() {
    const text = held;
    held = "";
    closing = undefined;
    maybeClosed = false;
    return text;
  }

  function close() {
    const kind = closing;
    const text = release();
    if (kind === LINE) judge.block(text);
    else if (kind === BRACKET) judge.bracket(text);
    else judge.quotation(text);
  }

  const giveUp = () => judge.unclosed(release());
  const sayHeld = () => judge.say(release());

  function takeInBlock(letter: string): void {
    const after = block.take(letter);
    if (after === undefined) return;
    held = block.lines();
    close();
    judge.say("\n");
    if (!after.startsWith("\n")) judge.say("\n");
    for (const each of after) take(each);
  }

  function take(letter: string): void {
    if (closing === undefined) {
      const opens = opensHere(letter, judge.last(), lineStart);
      if (opens === undefined) return judge.say(letter);
      held = letter;
      closing = opens;
      if (opens === LINE) block = createBlock();
      return;
    }
    if (closing === LINE) return takeInBlock(letter);
    if (closing === DOUBLED) {
      held += letter;
      const turnedOut = doubledIs(held);
      if (turnedOut === "quotation") close();
      else if (turnedOut === "text") sayHeld();
      return;
    }
    // The mark that ends a quotation in single marks is also the apostrophe: the next letter decides.
    if (maybeClosed) {
      maybeClosed = false;
      if (!/[\p{L}\p{N}]/u.test(letter)) {
        close();
        return take(letter);
      }
    }
    held += letter;
    if (closing === SINGLE) maybeClosed = /['’]/u.test(letter);
    else if (isClosed(held, closing)) return close();
    if (isTooLong(held) || (closing === BRACKET && !held.startsWith("[[") && letter === "\n"))
      giveUp();
  }

  return {
    push(piece: string) {
      for (const letter of piece) {
        take(letter);
        lineStart = letter === "\n" ? "" : lineStart + letter;
        if (lineStart.length > 8) lineStart = lineStart.slice(0, 8);
      }
    },
    end() {
      if (closing === LINE) held = block.lines();
      if (closing === DOUBLED) sayHeld();
      else if (closing === LINE || maybeClosed) close();
      else if (closing !== undefined) giveUp();
    },
  };
}

/** A block ends with its last line that begins with `>`; Markdown would draw the words right under it as part of it. */
function createBlock() {
  let lines = ">";
  /** What comes at the beginning of the line after one. */
  let lineAfter: string | undefined;
  return {
    lines: () => lines,
    /** What comes after the block, once it has ended. */
    take(letter: string): string | undefined {
      if (lineAfter === undefined) {
        if (letter === "\n") lineAfter = "";
        else lines += letter;
        return undefined;
      }
      lineAfter += letter;
      if (/^ {0,3}$/.test(lineAfter)) return undefined;
      if (!/^ {0,3}>$/.test(lineAfter)) return lineAfter;
      lines += `\n${lineAfter}`;
      lineAfter = undefined;
      return undefined;
    },
  };
}

/** A marker holds a quotation, and that one may hold brackets. */
function isClosed(held: string, closing: string) {
  return held.startsWith("[[") ? held.endsWith("]]") : closing.includes(held.at(-1)!);
}

function isTooLong(held: string) {
  return held.length > LONGEST || held.endsWith("\n\n");
}

/** What two marks of TeX, or of code, turn out to open; undefined: nobody knows yet. */
function doubledIs(held: string): "quotation" | "text" | undefined {
  // One mark alone, or three, is code.
  if ((held.length === 2 && held !== "``") || held === "```") return "text";
  if (/(?:''|’’|”)$/.test(held)) return "quotation";
  return (held.endsWith("``") && held.length > 2) || isTooLong(held) ? "text" : undefined;
}

/** What would close the quotation that this letter opens; undefined where it opens none. */
function opensHere(letter: string, last: string, lineStart: string) {
  if (letter === ">" && /^\s*(?:(?:[-*+]|\d{1,2}[.)])\s+)*$/.test(lineStart)) return LINE;
  if (letter === "`") return last === "`" ? undefined : DOUBLED;
  if (letter === "'") return /[\p{L}\p{N}]/u.test(last) ? undefined : SINGLE;
  // After a figure it is an inch or a second; a closing mark after a letter closes nothing here.
  if (/["″]/.test(letter) && /\p{N}/u.test(last)) return undefined;
  if ((letter === "”" || letter === "»") && /\S/u.test(last)) return undefined;
  return CLOSING[letter];
}
