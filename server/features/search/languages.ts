/** A guess at the language of a text where nobody said it: it decides how words are stemmed. */

const SCRIPTS: [RegExp, string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, "ja"],
  [/\p{Script=Han}/gu, "zh"],
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Cyrillic}/gu, "ru"],
  [/\p{Script=Greek}/gu, "el"],
  [/\p{Script=Arabic}/gu, "ar"],
  [/\p{Script=Hebrew}/gu, "he"],
  [/\p{Script=Armenian}/gu, "hy"],
  [/\p{Script=Devanagari}/gu, "hi"],
  [/\p{Script=Tamil}/gu, "ta"],
];

// The commonest short words of each language; words shared by several decide nothing by themselves, the sum does.
const COMMON_WORDS: Record<string, string> = {
  en: `
    the of and to in is that it was for are with as be this by from which have not what how does a an on
    at or can do did who when where why were has had`,
  de: `
    der die und das ist nicht ein eine zu den von mit sich des auf für im dem werden wird sind auch was
    wie wer wo wann warum welche als bei oder`,
  fr: `
    le la les de des et est un une du que dans pour qui pas sur avec il elle sont ce cette par au quels
    où quand pourquoi comment ou a été aux`,
  es: `
    el la los las de que y en un una es por con para del se no su al lo como más son qué cuál cuándo
    dónde quién cómo o fue`,
  it: `
    il la di che e un una è per non sono con del della le gli i nel alla si come più anche da dove
    quando chi perché cosa ha o`,
  pt: `
    o a os as de que e do da em um uma para com não é por mais dos das se na no como foi são ou seu sua
    todos foram onde quando quem porque quais`,
  nl: "de het een van en is dat niet op te zijn met voor in die ook aan er door naar wordt bij worden",
  sv: "och att det som en är på för av med den till inte om ett har de i var från kan",
  da: "og at det er en til på som af for med den ikke der et de har i var fra kan",
  no: "og det er en på som til av for med at ikke den et har i de var fra kan seg",
  fi: `
    ja on ei se että oli kun hän mutta tai joka ovat sen myös kuin niin mukaan olla ole ollut sekä jotka
    jonka hänen kaikki mitä missä milloin miksi kuka`,
  tr: "ve bir bu için ile de da çok olarak daha ne gibi var en olan kadar",
  hu: "a az és hogy nem egy is van volt ez meg de ha mint csak el már",
  ro: "și de la în cu pe nu este un o care din sunt pentru ce mai al a fost",
  ca: "el la els les de que i en un una és per amb del no es al com més són",
  id: "yang dan di dengan untuk dari pada adalah ini itu dalam tidak oleh akan sebagai",
};
const LANGUAGES_OF_WORD = new Map<string, string[]>();
for (const [language, words] of Object.entries(COMMON_WORDS)) {
  for (const word of words.trim().split(/\s+/))
    LANGUAGES_OF_WORD.set(word, [...(LANGUAGES_OF_WORD.get(word) ?? []), language]);
}

/**
 * A guess from the script, and for Latin letters from common words; undefined where too little speaks for any.
 * It decides stemming only: a wrong guess costs word forms, never a literal match of a whole word.
 */
export function detectLanguage(text: string): string | undefined {
  const sample = text.slice(0, 20_000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return undefined;
  for (const [script, language] of SCRIPTS) {
    // Japanese is mostly Han with a little Kana.
    if ((sample.match(script)?.length ?? 0) > letters * (language === "ja" ? 0.1 : 0.4))
      return language;
  }
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  const votes = new Map<string, number>();
  for (const word of words) {
    const languages = LANGUAGES_OF_WORD.get(word) ?? [];
    for (const language of languages)
      votes.set(language, (votes.get(language) ?? 0) + 1 / languages.length);
  }
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  return best && best[1] >= Math.max(1, words.length * 0.05) ? best[0] : undefined;
}
