/**
 * The text without what of these characters stands at its end. A pattern such as `/x+$/` tries again at each x: the
 * time of a long row of them that is not at the end grows with its square.
 */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
