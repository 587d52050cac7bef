/** What the server says, in the language of the page. */
import { i18n, sentences } from "../i18n.ts";

/**
 * The server's own sentence is English, and often more exact than that of the list: it is translated where the page is
 * not English. The list's is what remains for a sentence that nobody translated.
 */
export function failureSentence(
  code: string | null | undefined,
  detail: string | null | undefined,
): string | undefined {
  const isEnglish = /^en\b/.test(i18n.resolvedLanguage ?? i18n.language);
  if (isEnglish && detail) return detail;
  const translated = detail ? sentences.translate(detail) : undefined;
  if (translated) return translated;
  if (!code || !i18n.exists(`failures.${code}`)) return detail ?? undefined;
  return i18n.t(`failures.${code as "internal"}`);
}

/** Several sentences in a row, as health has them, or a name of an engine; as it is where nobody translated it. */
export function inWordsOfPage(text: string): string {
  const parts = text.split(/(?<=[.!?]) (?=[\p{Lu}“"])/u);
  const said: string[] = [];
  while (parts.length > 0) {
    // Two sentences may be one entry of the catalog. The shortest goes first, for what is put in may be anything.
    let taken = 1;
    let translated = sentences.translate(parts[0]!);
    while (translated === undefined && taken < parts.length)
      translated = sentences.translate(parts.slice(0, ++taken).join(" "));
    const [first] = parts.splice(0, translated === undefined ? 1 : taken);
    said.push(translated ?? first!);
  }
  // Where no space stands between sentences, as in Chinese, the full stop has its own.
  return said.join(" ").replaceAll(/([。！？]) /g, "$1");
}
