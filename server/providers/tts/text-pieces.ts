/** A long text in pieces that end where sentences end, so that sound comes early and memory stays small. */
export interface TextPiece {
  text: string;
  /** UTF-16 offset of the piece in the whole text. */
  offset: number;
}

/** Pieces join to exactly the text. */
export function inTextPieces(text: string, longest: number): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const { segment, index } of new Intl.Segmenter(undefined, {
    granularity: "sentence",
  }).segment(text)) {
    for (const part of bounded(segment, index, longest)) {
      const last = pieces.at(-1);
      // A title or list item of two words is spoken with what follows it, but only inside one paragraph.
      if (last && last.text.length + part.text.length <= longest / 2 && !last.text.endsWith("\n"))
        last.text += part.text;
      else pieces.push(part);
    }
  }
  return pieces;
}

function* bounded(text: string, offset: number, longest: number): Generator<TextPiece> {
  let at = 0;
  while (text.length - at > longest) {
    const space = text.lastIndexOf(" ", at + longest - 1);
    let end = space > at ? space + 1 : at + longest;
    // Never between the halves of a surrogate pair.
    if (/[\uD800-\uDBFF]/.test(text[end - 1]!)) end -= 1;
    yield { text: text.slice(at, end), offset: offset + at };
    at = end;
  }
  if (at < text.length) yield { text: text.slice(at), offset: offset + at };
}

/** UTF-16 ranges of the words of a text: between spaces, or as the language says where it writes none. */
export function wordRanges(text: string): { start: number; end: number }[] {
  const spaceless = /[\u0E00-\u0EFF\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF]/.test(text);
  if (!spaceless)
    return [...text.matchAll(/\S+/g)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    }));
  const words = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)].filter(
    (word) => word.isWordLike,
  );
  return words.map(({ index, segment }) => ({ start: index, end: index + segment.length }));
}
