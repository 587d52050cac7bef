/** Where words stand on a page whose text comes in pieces, as a PDF draws them. */
export interface Place {
  /** Which piece, and from which of its letters (UTF-16 code units). */
  piece: number;
  offset: number;
}

export interface Span {
  start: Place;
  end: Place;
}

/**
 * Every place of `wanted` in the joined pieces. White space and hyphens count as nothing, since a line's end divides
 * words; case and typographic forms (ligatures, full width) are one. At most `most` places.
 */
export function findWords(pieces: string[], wanted: string, most = 1000): Span[] {
  const needle = [...wanted].map(plain).join("");
  if (needle === "") return [];
  let text = "";
  const places: Place[] = [];
  for (const [piece, given] of pieces.entries()) {
    let offset = 0;
    for (const letter of given) {
      const bare = plain(letter);
      text += bare;
      for (let n = 0; n < bare.length; n += 1) places.push({ piece, offset });
      offset += letter.length;
    }
  }
  const found: Span[] = [];
  for (
    let at = text.indexOf(needle);
    at >= 0 && found.length < most;
    at = text.indexOf(needle, at + needle.length)
  ) {
    const last = places[at + needle.length - 1]!;
    const width = String.fromCodePoint(pieces[last.piece]!.codePointAt(last.offset)!).length;
    found.push({
      start: places[at]!,
      end: { piece: last.piece, offset: last.offset + width },
    });
  }
  return found;
}

function plain(letter: string) {
  return letter
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff-]|[\u2010-\u2015]/g, "")
    .replace(/[\u2018\u2019\u201b]/g, "'")
    .replace(/[\u201c\u201d\u201e]/g, '"');
}
