/**
 * Numbers of lists as Office writes them (`w:numFmt`, ECMA-376 part 1, section 17.18.59); of scripts that we do not
 * count in, figures.
 */
export function orderedMark(format: string, number: number): string {
  switch (format) {
    case "lowerLetter":
      return letters(number).toLowerCase();
    case "upperLetter":
      return letters(number);
    case "lowerRoman":
      return roman(number).toLowerCase();
    case "upperRoman":
      return roman(number);
    case "decimalZero":
      return String(number).padStart(2, "0");
    case "none":
      return "";
    default:
      return String(number);
  }
}

/** A to Z, then AA, BB, as Word does. */
function letters(number: number) {
  if (number < 1) return String(number);
  const letter = String.fromCodePoint(65 + ((number - 1) % 26));
  return letter.repeat(Math.min(20, Math.floor((number - 1) / 26) + 1));
}

const ROMAN: [number, string][] = [
  [1000, "M"],
  [900, "CM"],
  [500, "D"],
  [400, "CD"],
  [100, "C"],
  [90, "XC"],
  [50, "L"],
  [40, "XL"],
  [10, "X"],
  [9, "IX"],
  [5, "V"],
  [4, "IV"],
  [1, "I"],
];

function roman(number: number) {
  if (number < 1 || number > 3999) return String(number);
  let left = number;
  let text = "";
  for (const [value, sign] of ROMAN) {
    while (left >= value) {
      text += sign;
      left -= value;
    }
  }
  return text;
}
