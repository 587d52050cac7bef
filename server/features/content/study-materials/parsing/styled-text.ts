/**
 * Bold and slanted letters on their way from a file to the text: they stand between signs that are no characters
 * (Unicode 17, section 23.7), so that what cuts and joins text on that way needs to know nothing of them. The builder
 * takes them out again; a file that holds such signs itself only makes letters bold.
 */
export interface Style {
  kind: "strong" | "emphasis";
  from: number;
  to: number;
}

const OPEN = { strong: "\ufdd0", emphasis: "\ufdd2" } as const;
const CLOSE = { strong: "\ufdd1", emphasis: "\ufdd3" } as const;
const SIGNS = /[\ufdd0-\ufdd3]/g;
const KINDS = ["strong", "emphasis"] as const;

export function styled(text: string, styles: { strong: boolean; emphasis: boolean }): string {
  if (text.trim() === "") return text;
  let signed = text;
  for (const kind of KINDS) if (styles[kind]) signed = OPEN[kind] + signed + CLOSE[kind];
  return signed;
}

export function withoutStyles(text: string): string {
  return text.replace(SIGNS, "");
}

/** @returns the text without signs and white space around it, and where its styles are. */
export function readStyles(signed: string): { text: string; styles: Style[] } {
  const whole = withoutStyles(signed);
  if (whole === signed) return { text: whole.trim(), styles: [] };
  // Letters that are put together across a sign: rather the right text than its styles.
  const composed = whole.normalize("NFC");
  if (composed !== whole) return { text: composed.trim(), styles: [] };
  const before = whole.length - whole.trimStart().length;
  const text = whole.trim();
  const styles: Style[] = [];
  const open = new Map<Style["kind"], number>();
  let passed = 0;
  for (const { 0: sign, index } of signed.matchAll(SIGNS)) {
    const at = Math.min(text.length, Math.max(0, index - passed - before));
    passed += 1;
    for (const kind of KINDS) {
      const from = open.get(kind);
      if (sign === OPEN[kind] && from === undefined) open.set(kind, at);
      if (sign !== CLOSE[kind] || from === undefined) continue;
      open.delete(kind);
      const last = styles.findLast((style) => style.kind === kind);
      // Programs cut bold words into many runs.
      if (last?.to === from) last.to = at;
      else if (at > from) styles.push({ kind, from, to: at });
    }
  }
  return { text, styles: styles.filter(({ from, to }) => to > from) };
}
