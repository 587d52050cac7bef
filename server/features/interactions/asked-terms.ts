/** The words of a question as the rating of sentences looks for them. */
import { askedLexemesOf } from "#server/features/search/search-vector.ts";
import { wordsOf } from "#server/features/search/words.ts";
import type { Evidence } from "./find-passages.ts";
import { trustIn } from "./trust-words.ts";
import { familyOf } from "./word-families.ts";

/** A word is as rare as among the student's passages and these: on the first day nothing is known of what is common. */
const PRIOR_PASSAGES = 30;
/** What a word that says of what sort the answer is counts: the answer stands in its place. */
const SORT = 0.35;

export interface AskedTerm {
  forms: string[];
  /** How rare it is: a number without a unit (nats). */
  weight: number;
  found: boolean;
  /** As it was asked; undefined for a word of an earlier question. */
  word: string | undefined;
  corrected: boolean;
  /** Forms of other words that say the same. */
  family: ReadonlySet<string>;
  /** Of what sort the answer is. */
  sort: boolean;
}

/** Weight of a word that `having` of `all` passages have, in nats. */
function weightOf(having: number, all: number) {
  return Math.log(1 + (all + PRIOR_PASSAGES - having + 0.5) / (having + 0.5));
}

export function askedTerms({ question, words, context }: Evidence): AskedTerm[] {
  const { terms, unknown, passages, languages } = words;
  const written = new Map(
    question.content.flatMap((word) =>
      wordsOf(word).flatMap((each) => {
        const { exact, folded } = askedLexemesOf(each, languages);
        return [...exact, ...folded].map((form) => [form, each.text] as const);
      }),
    ),
  );
  const sorts = new Set(question.sorts.map((word) => word.toLowerCase()));
  const termOf = (forms: string[], word: string | undefined, weight: number) => {
    const family = word
      ? familyOf(word, question.language).flatMap((other) => formsOf(other, languages).flat())
      : [];
    const sort = word !== undefined && sorts.has(word);
    return {
      forms: family.length > 0 ? [...new Set([...forms, ...family])] : forms,
      weight: sort ? weight * SORT : weight,
      family: new Set(family),
      word,
      sort,
    };
  };
  const known = terms
    .filter(({ fromContext }) => !fromContext || context.length > 0)
    .map((term) => ({
      ...termOf(
        [...term.lexemes, ...term.folded],
        term.corrected_from ?? term.lexemes.map((form) => written.get(form)).find(Boolean),
        term.weight * weightOf(term.passages, passages),
      ),
      found: true,
      corrected: term.corrected_from !== undefined,
    }));
  // A word that no passage has may stand in a title, or another one of its family in a passage.
  const missing = unknown.map((word) => ({
    ...termOf(formsOf(word, languages).flat(), word.toLowerCase(), weightOf(0, passages)),
    found: false,
    corrected: false,
  }));
  return question.content.length === 0 ? known : [...known, ...missing];
}

/** Share of its weight that a term keeps where it stands as `written`, by form. */
export function trust(
  { forms, word, corrected, found, family }: AskedTerm,
  everything: Map<string, Set<string>>,
  asked: number,
) {
  if (!word) return 1;
  const own = forms.flatMap((form) => (family.has(form) ? [] : [...(everything.get(form) ?? [])]));
  const kin = family.size > 0 && [...family].some((form) => everything.has(form));
  return kin || !found ? 1 : trustIn(word, own, corrected, asked);
}

/** Of each word in the text, every form that the index may have of it. */
export function formsOf(text: string, languages: string[]) {
  return wordsOf(text)
    .filter(({ kind, minor }) => kind !== "letter" && !minor)
    .map((word) => {
      const { exact, folded } = askedLexemesOf(word, languages);
      return [...exact, ...folded];
    });
}
