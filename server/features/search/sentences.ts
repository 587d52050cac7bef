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
  const segmenter = segmenterFor(language);
  const flat = softenLineFeeds(text, lineFeeds);
  const spans: Span[] = [];
  for (const piece of pieces(flat)) {
    const line = flat.slice(piece.start, piece.end);
    if (!CAN_END.test(line)) {
      const span = trimmed(text, piece.start, piece.end);
      if (span) spans.push(span);
      continue;
    }
    let open: number | undefined;
    for (const { segment, index } of segmenter.segment(line)) {
      const start = open ?? piece.start + index;
      const end = piece.start + index + segment.length;
      const tail = flat.slice(Math.max(start, end - 12), end);
      if (
        end < piece.end &&
        !segment.includes("\n") &&
        (ABBREVIATION.test(tail) ||
          (ORDINAL.test(tail) && AFTER_ORDINAL.test(flat.slice(end, end + 24))))
      ) {
        open = start;
        continue;
      }
      open = undefined;
      const span = trimmed(text, start, end);
      if (span) spans.push(span);
    }
  }
  return spans;
}

export function trimmed(text: string, start: number, end: number): Span | undefined {
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end > start ? { start, end } : undefined;
}

/** The same text, of the same length, with a space for each line feed that does not end anything. */
function softenLineFeeds(text: string, lineFeeds: LineFeeds) {
  if (lineFeeds === "blocks") return text;
  if (lineFeeds === "spoken") return text.replaceAll("\n", " ");
  return text.replace(/(?<=[^\n])\n(?=[^\n])/g, (_, at: number) => {
    const before = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
    const after = text.slice(at + 1, at + 5);
    if (/^\s*(?:[-*•–#>|]|\d+[.)])/u.test(after)) return "\n";
    const continues =
      /^\p{Ll}/u.test(after) || (before.length >= 60 && !/[.!?:;。！？]["'”’)]*\s*$/u.test(before));
    return continues ? " " : "\n";
  });
}

function* pieces(text: string): Generator<Span> {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("\n", start);
    end = end < 0 ? text.length : end + 1;
    if (end - start > PIECE) {
      const space = text.lastIndexOf(" ", start + PIECE);
      end = space > start ? space + 1 : start + PIECE;
      if (isLowSurrogate(text.charCodeAt(end))) end += 1;
    }
    yield { start, end };
    start = end;
  }
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
