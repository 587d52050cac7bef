/**
 * Where words stand in a text. Like `indexOf`, which in V8 takes the product of both lengths for some texts (a row of
 * one letter): by the borders of the wanted text no letter is compared twice (Knuth, Morris, Pratt: Fast pattern
 * matching in strings, 1977). Offsets count UTF-16 code units.
 */

/** Every place, in order; they may overlap. None of an empty text. */
export function* placesOf(text: string, wanted: string): Generator<number> {
  const borders = bordersOf(wanted);
  for (let at = 0, same = 0; at < text.length && wanted.length > 0; at++) {
    while (same > 0 && text[at] !== wanted[same]) same = borders[same - 1]!;
    if (text[at] === wanted[same]) same += 1;
    if (same === wanted.length) {
      yield at - wanted.length + 1;
      same = borders[same - 1]!;
    }
  }
}

export function firstPlace(text: string, wanted: string): number | undefined {
  for (const at of placesOf(text, wanted)) return at;
  return undefined;
}

/** An offset in UTF-16 code units; of two that are as near, the one before. */
export function nearestPlace(text: string, wanted: string, offset: number): number | undefined {
  let before: number | undefined;
  for (const at of placesOf(text, wanted)) {
    if (at >= offset) return before === undefined || at - offset < offset - before ? at : before;
    before = at;
  }
  return before;
}

/** For each letter: how much of the beginning ends there. */
function bordersOf(wanted: string) {
  const borders = new Int32Array(wanted.length);
  for (let at = 1, border = 0; at < wanted.length; at++) {
    while (border > 0 && wanted[at] !== wanted[border]) border = borders[border - 1]!;
    if (wanted[at] === wanted[border]) border += 1;
    borders[at] = border;
  }
  return borders;
}
