/**
 * Signs that espeak passes over in silence, and that a sentence means nothing without: comparisons. `<` and `>` around
 * a name (`<String>`, `List<String>`, `<bob@example.org>`) are brackets, and stay silent.
 */
type Signs = Record<"<" | ">" | "<=" | ">=" | "!=" | "==", string>;

const signs = (
  less: string,
  more: string,
  atMost: string,
  atLeast: string,
  not: string,
  same: string,
): Signs => ({ "<": less, ">": more, "<=": atMost, ">=": atLeast, "!=": not, "==": same });

const SAID: Record<string, Signs> = {
  en: signs(
    "is less than",
    "is greater than",
    "is at most",
    "is at least",
    "is not equal to",
    "equals",
  ),
  de: signs(
    "kleiner als",
    "größer als",
    "kleiner oder gleich",
    "größer oder gleich",
    "ungleich",
    "gleich",
  ),
  fr: signs(
    "inférieur à",
    "supérieur à",
    "inférieur ou égal à",
    "supérieur ou égal à",
    "différent de",
    "égal à",
  ),
  es: signs(
    "menor que",
    "mayor que",
    "menor o igual que",
    "mayor o igual que",
    "distinto de",
    "igual a",
  ),
  it: signs(
    "minore di",
    "maggiore di",
    "minore o uguale a",
    "maggiore o uguale a",
    "diverso da",
    "uguale a",
  ),
  pt: signs(
    "menor que",
    "maior que",
    "menor ou igual a",
    "maior ou igual a",
    "diferente de",
    "igual a",
  ),
  nl: signs(
    "kleiner dan",
    "groter dan",
    "kleiner of gelijk aan",
    "groter of gelijk aan",
    "ongelijk aan",
    "gelijk aan",
  ),
};
const SAME_AS: Record<string, keyof Signs> = { "≤": "<=", "≥": ">=", "≠": "!=" };

/** Names and their attributes; between letters only names: `a<b and b>c` compares. */
const BRACKETS =
  /(?<![\p{L}\p{N})\]])<[\p{L}/!?][^<>\n]{0,300}>|<[\p{L}][\p{L}\p{N}_.:?*&[\]]*(?:, ?[\p{L}][\p{L}\p{N}_.:?*&[\]]*){0,20}>/gu;
const SIGN = /(?<=[\p{L}\p{N})\]%°'"] ?)(?:<=|>=|!=|==|[<>≤≥≠])(?= ?[\p{L}\p{N}([+\-.\\"'−])/gu;

/**
 * @returns at which UTF-16 offset which sign stands, in order, and what is said for it in the language of the voice
 * (`de`, `en-us`).
 */
export function spokenSigns(
  text: string,
  voice: string,
): { at: number; length: number; said: string }[] {
  const said = SAID[voice.split("-")[0]!];
  if (!said || !/[<>≤≥≠]|[!=]=/.test(text)) return [];
  const silent = [...text.matchAll(BRACKETS)].map(({ index, 0: { length } }) => [
    index,
    index + length,
  ]);
  let next = 0;
  return [...text.matchAll(SIGN)].flatMap(({ index, 0: sign }) => {
    while (next < silent.length && silent[next]![1]! <= index) next += 1;
    const within = next < silent.length && silent[next]![0]! <= index;
    // An arrow is no comparison.
    if (within || (sign === ">" && /[-=]/.test(text[index - 1] ?? ""))) return [];
    return [{ at: index, length: sign.length, said: said[SAME_AS[sign] ?? (sign as keyof Signs)] }];
  });
}

/** The text with its signs in words, for a voice that passes them over. */
export function sayingSigns(text: string, voice: string): string {
  let said = text;
  for (const sign of spokenSigns(text, voice).toReversed())
    said = `${said.slice(0, sign.at)} ${sign.said} ${said.slice(sign.at + sign.length)}`;
  return said;
}
