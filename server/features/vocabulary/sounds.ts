/**
 * How a word sounds, as a row of letters for its sounds; vowels count at the beginning only, where engines confuse them
 * less.
 *
 * - English and what has no rules here: Double Metaphone (Philips, "The Double Metaphone Search Algorithm", 2000).
 * - German: Kölner Phonetik (Postel, "Die Kölner Phonetik. Ein Verfahren zur Identifizierung von Personennamen auf der
 *   Grundlage der Gestaltanalyse", IBM-Nachrichten 19, 1969, pages 925 to 931).
 * - French: what Soundex 2 folds (Brouard, "L'art des Soundex", https://sqlpro.developpez.com/cours/soundex/), with
 *   silent endings.
 * - Spanish, Portuguese, Italian: letters that one language sounds alike (Amón, Moreno and Echeverri, "Algoritmo
 *   fonético para detección de cadenas de texto duplicadas en el idioma español", 2012, for Spanish).
 */
import { doubleMetaphone } from "double-metaphone";

type Rule = [pattern: RegExp, sound: string];

/** In this order, on small letters without accents. */
const RULES: Record<string, Rule[]> = {
  fr: [
    [/ç/g, "s"],
    [/(?:ph)/g, "f"],
    [/qu?/g, "k"],
    [/(?:sch|sh|ch(?![rlnt]))/g, "X"],
    [/ch/g, "k"],
    [/gn/g, "N"],
    [/ill|(?<=[aeiou])il$/g, "Y"],
    [/g(?=[eiy])/g, "j"],
    [/gu(?=[eiy])/g, "g"],
    [/(?:sc|c)(?=[eiy])/g, "s"],
    [/c/g, "k"],
    [/ti(?=on|el|eux|eu)/g, "si"],
    [/x/g, "ks"],
    [/w/g, "v"],
    [/(?<=[aeiouy])s(?=[aeiouy])/g, "z"],
    [/(?<=[^aeiouy])(?:es?|ent)$/g, ""],
    [/(?<=.)[dtsxpz]+$/g, ""],
    [/h/g, ""],
    [/m(?=[^aeiouym]|$)/g, "n"],
    [/y/g, "i"],
  ],
  es: [
    [/ñ|ny/g, "N"],
    [/ch/g, "X"],
    [/qu/g, "k"],
    [/g(?=[eiy])|j/g, "J"],
    [/gu(?=[eiy])/g, "g"],
    [/c(?=[eiy])|z/g, "s"],
    [/c/g, "k"],
    [/ll|y(?=[aeiou])/g, "Y"],
    [/[vw]/g, "b"],
    [/ph/g, "f"],
    [/ps(?=[aeiouy])/g, "s"],
    [/x/g, "ks"],
    [/h/g, ""],
    [/y/g, "i"],
  ],
  pt: [
    [/ç/g, "s"],
    [/nh/g, "N"],
    [/lh/g, "Y"],
    [/[cs]h/g, "X"],
    [/qu?/g, "k"],
    [/g(?=[eiy])/g, "j"],
    [/gu(?=[eiy])/g, "g"],
    [/c(?=[eiy])|z|x/g, "s"],
    [/c/g, "k"],
    [/ph/g, "f"],
    [/w/g, "v"],
    [/m(?=[^aeiouym]|$)/g, "n"],
    [/h/g, ""],
    [/y/g, "i"],
  ],
  it: [
    [/gn/g, "N"],
    [/gli(?=[aeou])|gli/g, "Y"],
    [/sc(?=[ei])/g, "X"],
    [/ch|qu?/g, "k"],
    [/c(?=[ei])/g, "C"],
    [/c/g, "k"],
    [/gh/g, "g"],
    [/g(?=[ei])/g, "J"],
    [/z/g, "s"],
    [/ph/g, "f"],
    [/x/g, "ks"],
    [/[wv]/g, "v"],
    [/h/g, ""],
    [/y|j/g, "i"],
  ],
};

/**
 * @param letters of one word or several written together, small, without accents but ç and ñ.
 * @param language ISO 639-1; null: English.
 */
export function soundOf(letters: string, language: string | null): string {
  if (language === "de") return cologne(letters);
  const rules = RULES[language ?? ""];
  if (!rules) return doubleMetaphone(letters)[0];
  let sound = letters;
  for (const [pattern, instead] of rules) sound = sound.replace(pattern, instead);
  return squeezed(sound).replace(/(?!^)[aeiou]/g, "");
}

function squeezed(sound: string) {
  return sound.replace(/(.)\1+/g, "$1");
}

/**
 * Each letter's code depends on its neighbours; equal neighbours are one, and 0 (a vowel) stands at the beginning only.
 */
function cologne(letters: string) {
  let codes = "";
  for (let at = 0; at < letters.length; at += 1)
    codes += codeOf(letters[at]!, letters[at - 1] ?? "", letters[at + 1] ?? "");
  return squeezed(codes).replace(/(?!^)0/g, "");
}

function codeOf(letter: string, before: string, after: string): string {
  if ("aeijouyäöü".includes(letter)) return "0";
  if (letter === "b") return "1";
  if (letter === "p") return after === "h" ? "3" : "1";
  if (letter === "d" || letter === "t") return after && "csz".includes(after) ? "8" : "2";
  if ("fvw".includes(letter)) return "3";
  if ("gkq".includes(letter)) return "4";
  if (letter === "c") return isHardC(before, after) ? "4" : "8";
  if (letter === "x") return before && "ckq".includes(before) ? "8" : "48";
  if (letter === "l") return "5";
  if (letter === "m" || letter === "n") return "6";
  if (letter === "r") return "7";
  return "szß".includes(letter) ? "8" : "";
}

function isHardC(before: string, after: string) {
  if (before === "") return after !== "" && "ahkloqrux".includes(after);
  return !"sz".includes(before) && after !== "" && "ahkoqux".includes(after);
}
