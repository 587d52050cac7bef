/** Fonts that do not say which letters their shapes are: their text is made up and must not be shown as one. */
import type { PDFPageProxy } from "pdfjs-dist";

/** What pdf.js tells of a font with `fontExtraProperties`. */
interface FontFacts {
  composite?: boolean;
  toUnicode?: { firstChar?: number; _map?: unknown[] };
  /** Names of shapes by their number. */
  differences?: string[];
  data?: unknown;
  isType3Font?: boolean;
}

export interface FontCheck {
  /** Of the fonts named, those whose letters are not known. */
  unmapped(page: PDFPageProxy, names: Iterable<string>): Promise<Set<string>>;
  /** Whether the shapes of one of them are in the file, so that a picture of the page shows them. */
  drawn(names: Iterable<string>): boolean;
}

export function createFontCheck(): FontCheck {
  const known = new Map<string, { unmapped: boolean; drawn: boolean }>();
  return {
    async unmapped(page, names) {
      const fresh = [...names].filter((name) => !known.has(name));
      if (fresh.length > 0) {
        // Fonts are only handed over with the drawing, which is read once for each new font.
        await page.getOperatorList().catch(() => undefined);
        for (const name of fresh) known.set(name, factsOf(page, name));
      }
      return new Set([...names].filter((name) => known.get(name)?.unmapped));
    },
    drawn: (names) => [...names].some((name) => known.get(name)?.drawn),
  };
}

function factsOf(page: PDFPageProxy, name: string) {
  try {
    const { composite, toUnicode, differences, data, isType3Font } = page.commonObjs.get(
      name,
    ) as FontFacts;
    return {
      // A composite font without a map is read by pdf.js as if its numbers were letters (PDF 2.0, section 9.10.2).
      unmapped:
        (composite === true && toUnicode?.firstChar !== undefined) ||
        (isType3Font !== true && namesNothing(differences ?? [], toUnicode?._map ?? [])),
      drawn: data !== undefined || isType3Font === true,
    };
  } catch {
    return { unmapped: false, drawn: true };
  }
}

/** Shapes called /g12 or /c45: pdf.js then takes their numbers for letters. Type 3 fonts of TeX do mean them. */
function namesNothing(names: string[], letters: unknown[]) {
  const given = [...names.keys()].filter((number) => names[number] && names[number] !== ".notdef");
  return given.length > 0 && given.filter((number) => !letters[number]).length > given.length / 2;
}

/** Private, unassigned, replacement and control characters are no text. */
export function isNoLetter(text: string) {
  return /^[\p{Co}\p{Cn}\ufffd\u0000-\u0008\u000e-\u001f]$/u.test(text);
}
