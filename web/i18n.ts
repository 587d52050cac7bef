/**
 * All text of the page. English comes with the first JavaScript; any other language is fetched when it is chosen. A
 * part of the page with many texts of its own has them in files of its own (`locales/en.study.json`), which come with
 * that part.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { fetchPart } from "./fetch-part.ts";
import en from "./locales/en.json" with { type: "json" };

export const LANGUAGES = { en: "English", de: "Deutsch", zh: "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

export const i18n = i18next;

/** Every file but the one above, by its name. */
const FILES = import.meta.glob<{ default: Record<string, object> }>([
  "./locales/*.json",
  "!./locales/en.json",
]);
const PARTS = ["authentication", "failures", "room", "course", "settings", "study"] as const;
export type Part = (typeof PARTS)[number];
/** What the server says, in the language of the page; undefined where that is English or nobody translated it. */
export const sentences: { translate(sentence: string): string | undefined } = {
  translate: () => undefined,
};
const shownParts = new Set<Part>();
const added = new Set<string>();

/** Before a page of that part is shown. */
export async function loadTexts(part: Part) {
  shownParts.add(part);
  await addParts(i18next.language as Language, [part]);
}

/** English stands in for what another language lacks. */
async function addParts(language: Language, parts: Iterable<Part>) {
  await Promise.all(
    [...parts].flatMap((part) =>
      [...new Set<Language>(["en", language])].map(async (one) => {
        if (added.has(`${part} ${one}`)) return;
        const texts = await textsOf(`${one}.${part}`);
        added.add(`${part} ${one}`);
        i18next.addResourceBundle(one, "translation", texts, true);
      }),
    ),
  );
}

export async function startI18n() {
  const language = chosenLanguage();
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  if (language !== "en") await setLanguage(language).catch(() => {});
}

export async function setLanguage(language: Language) {
  if (!i18next.hasResourceBundle(language, "translation"))
    i18next.addResourceBundle(language, "translation", await textsOf(language), true);
  sentences.translate = language === "en" ? () => undefined : await translatorOf(language);
  await addParts(language, shownParts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem("lm-language", language);
  } catch {
    // Storage may be blocked; the choice then lasts until the page is closed.
  }
}

async function textsOf(name: string) {
  return (await fetchPart(FILES[`./locales/${name}.json`]!)).default;
}

/** Of the server's own sentences, beside those of its list of failures; English needs none. */
function translatorOf(language: Language) {
  return translatorFrom(`${language}.sentences`);
}

/** The words for a wrong field, in every language: the server's are for programs. Asked for when a field is wrong. */
export function fieldWords() {
  return translatorFrom(`${i18next.language}.fields`);
}

async function translatorFrom(name: string) {
  const [{ translator }, catalog] = await Promise.all([
    import("./api/sentences.ts"),
    textsOf(name) as Promise<object>,
  ]);
  return translator(catalog as Record<string, string>);
}

function chosenLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem("lm-language");
  } catch {
    // As above.
  }
  for (const wanted of [kept, ...navigator.languages]) {
    const short = wanted?.slice(0, 2);
    if (short && short in LANGUAGES) return short as Language;
  }
  return "en";
}
