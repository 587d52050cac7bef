/**
 * All text of the page. English comes with the first JavaScript; any other language is fetched when it is chosen. A part of the page
 * with many texts of its own has them in files of its own (`locales/en.study.json`), which come with that part.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json" with { type: "json" };

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

export const i18n = i18next;

const PARTS = {
  room: {
    en: () => import("./locales/en.room.json", { with: { type: "json" } }),
    de: () => import("./locales/de.room.json", { with: { type: "json" } }),
  },
  course: {
    en: () => import("./locales/en.course.json", { with: { type: "json" } }),
    de: () => import("./locales/de.course.json", { with: { type: "json" } }),
  },
  settings: {
    en: () => import("./locales/en.settings.json", { with: { type: "json" } }),
    de: () => import("./locales/de.settings.json", { with: { type: "json" } }),
  },
  study: {
    en: () => import("./locales/en.study.json", { with: { type: "json" } }),
    de: () => import("./locales/de.study.json", { with: { type: "json" } }),
  },
} as const;
export type Part = keyof typeof PARTS;
/** Of the server, beside those of its list of failures; English needs none. */
const SENTENCES = {
  de: () => import("./locales/de.sentences.json", { with: { type: "json" } }),
} as const;
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
        const { default: texts } = await PARTS[part][one]();
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
  if (language === "de" && !i18next.hasResourceBundle("de", "translation")) {
    const { default: de } = await import("./locales/de.json", { with: { type: "json" } });
    i18next.addResourceBundle("de", "translation", de, true);
  }
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

async function translatorOf(language: keyof typeof SENTENCES) {
  const [{ learnSentences, translateSentence }, { default: catalog }] = await Promise.all([
    import("./api/sentences.ts"),
    SENTENCES[language](),
  ]);
  learnSentences(catalog);
  return translateSentence;
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
    if (short === "en" || short === "de") return short;
  }
  return "en";
}
