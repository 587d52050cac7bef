/** All text of the page. English comes with the first JavaScript; any other language is fetched when it is chosen. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json" with { type: "json" };

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

export const i18n = i18next;

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
    i18next.addResourceBundle("de", "translation", de);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem("lm-language", language);
  } catch {
    // Storage may be blocked; the choice then lasts until the page is closed.
  }
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
