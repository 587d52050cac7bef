/** A side of a card in one line, for lists and voices: without marks, pictures and formulas' dollars. */
export function plainText(markdown: string) {
  return markdown
    .replace(/!\[([^[\]]*)\]\([^()]*\)/g, " $1 ")
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/^\s{0,3}(?:#{1,6}|>|[-*+]|\d+[.)])\s+/gm, "")
    .replace(/\*\*|(?<!_)__(?!_)|`{1,3}|\$\$?/g, "")
    .replace(/(^|\s)[*_]([^\s*_][^*_]*)[*_](?=\s|[.,;:!?]|$)/g, "$1$2")
    .replace(/\s+/g, " ")
    .trim();
}
