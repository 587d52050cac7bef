import { i18n } from "../../../i18n.ts";

/** In the language of the page; a long list by its number is said elsewhere. */
export function languageNames(languages: string[] | null) {
  if (!languages) return undefined;
  const names = new Intl.DisplayNames(i18n.language, { type: "language" });
  const shown = languages.slice(0, 3).map((language) => names.of(language) ?? language);
  return new Intl.ListFormat(i18n.language).format(
    languages.length > 3 ? [...shown, `+${languages.length - 3}`] : shown,
  );
}
