/** A failure in the language of the page. */
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
