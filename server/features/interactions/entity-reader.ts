/**
 * Markdown shows `&ldquo;` as a quotation mark, and a reader takes `<q>` for one: both become the mark itself before
 * anything is judged. What may still become one is held back.
 */
const NAMED: Record<string, string> = {
  quot: '"',
  apos: "'",
  ldquo: "“",
  rdquo: "”",
  bdquo: "„",
  lsquo: "‘",
  rsquo: "’",
  sbquo: "‚",
  laquo: "«",
  raquo: "»",
  lsaquo: "‹",
  rsaquo: "›",
  gt: ">",
};
const MARK = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));|<(\/?)(?:q|blockquote)>/gi;
const UNFINISHED = /(?:&(?:#?[\da-z]{0,7})?|<\/?[a-z]{0,10})$/i;
const MARKS = new Set([...Object.values(NAMED), ..."「」『』＂″"]);

export function createEntityReader() {
  let held = "";
  return {
    push(piece: string) {
      const text = held + piece;
      held = UNFINISHED.exec(text)?.[0] ?? "";
      return plain(text.slice(0, text.length - held.length));
    },
    end() {
      const text = held;
      held = "";
      return text;
    },
  };
}

function plain(text: string) {
  return text.replaceAll(
    MARK,
    (whole, decimal?: string, hexadecimal?: string, name?: string, slash?: string) => {
      if (slash !== undefined) return slash ? "”" : "“";
      const code = decimal ? Number(decimal) : hexadecimal ? Number.parseInt(hexadecimal, 16) : 0;
      const letter = name
        ? NAMED[name.toLowerCase()]
        : code <= 0x10ffff
          ? String.fromCodePoint(code)
          : "";
      return letter && MARKS.has(letter) ? letter : whole;
    },
  );
}
