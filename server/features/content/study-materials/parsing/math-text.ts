/**
 * Formulas as a line of text that a person, a search and a language model read alike: `E=mc^2`, `(-b±√(b^2-4ac))/(2a)`,
 * `∑_{i=1}^{n}`. Scripts are written as TeX does, fractions and roots as in Unicode's linear format
 * (https://www.unicode.org/notes/tn28/).
 */

export function superscript(base: string, raised: string) {
  return raised.trim() === "" ? base : `${atom(base)}^${script(raised)}`;
}

export function subscript(base: string, lowered: string) {
  return lowered.trim() === "" ? base : `${atom(base)}_${script(lowered)}`;
}

export function bothScripts(base: string, lowered: string, raised: string) {
  const low = lowered.trim() === "" ? "" : `_${script(lowered)}`;
  const high = raised.trim() === "" ? "" : `^${script(raised)}`;
  return low || high ? `${atom(base)}${low}${high}` : base;
}

export function fraction(above: string, below: string, bar = true) {
  return bar ? `${factor(above)}/${factor(below)}` : `(${above.trim()} over ${below.trim()})`;
}

export function root(radicand: string, degree = "") {
  const inside = factor(radicand);
  const named = { "": "√", 3: "∛", 4: "∜" }[degree.trim()];
  return named ? `${named}${inside}` : `${script(degree)}√${inside}`;
}

export function fenced(open: string, parts: string[], close: string, separator: string) {
  return `${open}${parts.map((part) => part.trim()).join(separator === "," ? ", " : separator)}${close}`;
}

export function largeOperator(sign: string, low: string, high: string, body: string) {
  return `${bothScripts(sign, low, high)} ${body}`;
}

export function named(name: string, argument: string) {
  return /^[([{|]/.test(argument) ? name + argument : `${name} ${argument}`;
}

/** Rows of a matrix or of equations that stand below each other. */
export function rows(lines: string[][]) {
  return lines.map((cells) => cells.map((cell) => cell.trim()).join(", ")).join("; ");
}

const COMBINING: Record<string, string> = {
  "^": "\u0302",
  ˆ: "\u0302",
  "~": "\u0303",
  "˜": "\u0303",
  "¯": "\u0304",
  "‾": "\u0304",
  "˙": "\u0307",
  ".": "\u0307",
  "¨": "\u0308",
  "→": "\u20d7",
  "⃗": "\u20d7",
};

export function accent(base: string, mark: string) {
  const plain = base.trim();
  const combining = COMBINING[mark] ?? (/^\p{M}$/u.test(mark) ? mark : undefined);
  if (combining) return [...plain].length === 1 ? plain + combining : factor(plain) + combining;
  return mark.trim() === "" ? base : `${factor(plain)}${mark}`;
}

/**
 * Letters of mathematical alphabets (𝐸, ℎ, 𝑥) are the letters that they stand for; signs that have no width are
 * nothing.
 */
export function plainLetters(text: string) {
  return text
    .replace(/[\u{1d400}-\u{1d7ff}\u210a-\u2115\u2118-\u211d\u2124-\u2131]/gu, (letter) =>
      letter.normalize("NFKC"),
    )
    .replace(/[\u2061-\u2064\u200b\ufeff]/g, "");
}

/** `{\displaystyle E=mc^{2}}`, `$x$` and `\(x\)` without their wrapping. */
export function tidyTex(tex: string) {
  let text = tex.replace(/\s+/g, " ").trim();
  text =
    /^(?:\$\$?(.*?)\$\$?|\\\((.*)\\\)|\\\[(.*)\\\])$/.exec(text)?.slice(1).find(Boolean) ?? text;
  text = /^\{ ?\\(?:display|text)style ?(.*)\}$/.exec(text)?.[1] ?? text;
  return text.replace(/^\s*\\(?:display|text)style\s*/, "").trim();
}

const SINGLE = /^(?:[\p{L}\p{M}\p{N}.,∞]+|[^\s])$/u;
const WRAPPED =
  /^(?:[√∛∜](?:\([^()]*\)|[\p{L}\p{N}]+)|\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}|\|[^|]*\|)$/u;

function atom(base: string) {
  const text = base.trim();
  return text === "" ||
    SINGLE.test(text) ||
    WRAPPED.test(text) ||
    /^\S*[\p{L}\p{M}\p{N})\]}|]$/u.test(text)
    ? text
    : `(${text})`;
}

function script(text: string) {
  const inner = text.trim();
  return [...inner].length === 1 ? inner : `{${inner}}`;
}

function factor(text: string) {
  const inner = text.trim();
  return SINGLE.test(inner) || WRAPPED.test(inner) ? inner : `(${inner})`;
}
