/** A failure in the language of the page. */
import { i18n } from "../i18n.ts";

/**
 * The server's own sentence is English, and often more exact than that of the list: it is shown where the page is English too,
 * or where the list has no such code.
 */
export function failureSentence(
  code: string | null | undefined,
  detail: string | null | undefined,
): string | undefined {
  if (!code || !i18n.exists(`failures.${code}`)) return detail ?? undefined;
  const isEnglish = /^en\b/.test(i18n.resolvedLanguage ?? i18n.language);
  return isEnglish && detail ? detail : i18n.t(`failures.${code as "internal"}`);
}
