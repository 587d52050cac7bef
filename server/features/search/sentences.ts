/** Sentences with exact UTF-16 offsets into the text they stand in. */
export interface Span {
  start: number;
  end: number;
}

/**
 * - `spoken`: line feeds only join segments of a transcript, a sentence runs over them.
 * - `wrapped`: typed or plain text, in which a line feed may be a mere line wrap.
 * - `blocks`: the parser already joined lines, so that every line feed ends a paragraph.
 */
export type LineFeeds = "spoken" | "wrapped" | "blocks";

// ICU would end a sentence here; a title, a figure or an initial goes on.
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St|Fig|Figs|Eq|No|Nr|Vol|Ch|Sec|p|pp|cf|vs|e\.g|i\.e|approx|ca|resp|bzw|z\.\s?B|d\.\s?h|u\.\s?a|Abb|Bd|usw|p\.\s?ex)\.\s*$/u;
/**
 * "am 3. Mai", "im 19. Jahrhundert": a number with a point is an ordinal in German, Danish, Finnish, Czech and others.
 */
const ORDINAL = /(?:^|[\s(])\d{1,4}\.\s*$/u;
const AFTER_ORDINAL =
  /^\s*(?:\p{Ll}|(?:Jan(?:uar|\.)|J[äa]nner|Feb(?:ruar|\.)|M(?:ärz|arts)|Apr(?:il|\.)|Ma[ij]|Jun[i.]|Jul[i.]|Aug(?:ust|\.)|Sept(?:ember|\.)|Okt(?:ober|\.)|Nov(?:ember|\.)|De[zc](?:ember|\.)|Jahrhundert|Jahrtausend|Jh\.|Auflage|Kapitel|Semester|Klasse|Grad|Ordnung|Weltkrieg)(?!\p{Ll}{4}))/u;
/**
 * Where a sentence can end within a line (Unicode Standard Annex 29, table 4, and the question mark of Greek). A line
 * without any of them is one: a list of a hundred thousand short lines is read without the segmenter, which takes some
 * microseconds for each.
 */
const CAN_END = /[\p{Sentence_Terminal};\u037e\u2024\r\u0085\u2028\u2029]/u;
/** Longer spans without a line feed go to the segmenter in pieces: its cost per call grows with the string. */
const PIECE = 50_000;

export function sentencesOf(text: string, lineFeeds: LineFeeds, language?: string | null): Span[] {
  return [...eachSentence(text, lineFeeds, language)];
}

/** One after the other: who reads a long text may see to others in between. */
export function* eachSentence(
  text: string,
  lineFeeds: LineFeeds,
  language?: string | null,
): Generator<Span> {
  const segmenter = segmenterFor(language);
  for (const piece of pieces(text, lineFeeds)) {
    // A line feed within a piece does not end anything.
    const flat = text.slice(piece.start, piece.end).replace(/\n(?!$)/g, " ");
    if (!CAN_END.test(flat)) {
      const span = trimmed(text, piece.start, piece.end);
      if (span) yield span;
      continue;
    }
    let open: number | undefined;
    for (const { segment, index } of segmenter.segment(flat)) {
      const start = open ?? index;
      const end = index + segment.length;
      const tail = flat.slice(Math.max(start, end - 12), end);
      if (
        end < flat.length &&
        !segment.includes("\n") &&
        (ABBREVIATION.test(tail) ||
          (ORDINAL.test(tail) && AFTER_ORDINAL.test(flat.slice(end, end + 24))))
      ) {
        open = start;
        continue;
      }
      open = undefined;
      const span = trimmed(text, piece.start + start, piece.start + end);
      if (span) yield span;
    }
  }
}

/** The span without white space at its ends, in UTF-16 offsets; undefined where nothing is left. */
export function trimmed(text: string, start: number, end: number): Span | undefined {
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end > start ? { start, end } : undefined;
}

/** Up to and with each line feed that ends something, and no longer than the segmenter should be given. */
function* pieces(text: string, lineFeeds: LineFeeds): Generator<Span> {
  let start = 0;
  let from = 0;
  for (;;) {
    // A million empty lines are none.
    while (isSpace(text.charCodeAt(start))) start += 1;
    if (start >= text.length) return;
    from = Math.max(from, start);
    const feed = text.indexOf("\n", from);
    const end = feed < 0 ? text.length : feed + 1;
    if (end - start > PIECE) {
      const longest = text.slice(start, start + PIECE + 1);
      // Line feeds in here are between words, as spaces are.
      const space = Math.max(longest.lastIndexOf(" "), longest.lastIndexOf("\n"));
      let cut = space > 0 ? start + space + 1 : start + PIECE;
      if (isLowSurrogate(text.charCodeAt(cut))) cut += 1;
      yield { start, end: cut };
      start = cut;
    } else if (feed < 0 || endsSomething(text, feed, lineFeeds)) {
      yield { start, end };
      start = from = end;
    } else from = end;
  }
}

function endsSomething(text: string, feed: number, lineFeeds: LineFeeds) {
  if (lineFeeds === "blocks") return true;
  if (lineFeeds === "spoken") return false;
  // At the beginning or the end, and beside another one.
  if (feed === 0 || feed === text.length - 1) return true;
  if (text[feed - 1] === "\n" || text[feed + 1] === "\n") return true;
  const after = text.slice(feed + 1, feed + 5);
  if (/^\s*(?:[-*•–#>|]|\d+[.)])/u.test(after)) return true;
  if (/^\p{Ll}/u.test(after)) return false;
  const line = text.slice(text.lastIndexOf("\n", feed - 1) + 1, feed);
  return line.length < 60 || /[.!?:;。！？]["'”’)]*\s*$/u.test(line);
}

const segmenters = new Map<string, Intl.Segmenter>();
function segmenterFor(language: string | null | undefined) {
  const key = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(language ?? "") ? language! : "en";
  let segmenter = segmenters.get(key);
  if (!segmenter)
    segmenters.set(key, (segmenter = new Intl.Segmenter(key, { granularity: "sentence" })));
  return segmenter;
}

function isSpace(code: number) {
  return (
    code <= 32 ||
    code === 0xa0 ||
    code === 0x3000 ||
    code === 0xfeff ||
    (code >= 0x2000 && code <= 0x200b) ||
    code === 0x2028 ||
    code === 0x2029
  );
}

export function isLowSurrogate(code: number) {
  return code >= 0xdc00 && code <= 0xdfff;
}
