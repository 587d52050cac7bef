/**
 * What a language model's summary says is shown only where the source bears it out: the quotation behind the sentence
 * stands there letter by letter (the gate of the tutor's answers), and the sentence says no more, nothing else and not
 * the opposite of it.
 */
import { witnessAt, type SourceText } from "#server/features/citations/source-text.ts";
import { contentStemsOf, lexemesIn } from "#server/features/search/search-vector.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import {
  figuresOf,
  isNegated,
  oppositeOf,
} from "#server/features/study/overviews/contradictions.ts";
import { isStopWord, wordsOf } from "#server/features/study/overviews/words.ts";

/** So much of the sentence stands in what it quotes. */
const SHARED = 0.4;
/** One word in so many may stand nowhere in the source: a summary also joins and names. */
const OWN_WORDS = 6;

/** Words of summing up, which need not stand in the source. */
const TELLING = new Set(
  `explain describe show say tell argue discuss mention introduce compare conclude define list give present note claim
   point lecture lecturer speaker text source author document part chapter topic main key important process way role
   step stage example reason cause effect because therefore thus also both while whereas called known include
   including such several general overall erklärt beschreibt zeigt sagt nennt vergleicht vorlesung text quelle teil
   thema wichtig prozess rolle schritt beispiel grund deshalb auch beide explique décrit montre dit cite compare cours
   texte source partie sujet important processus rôle étape exemple raison donc aussi explica describe muestra dice
   compara clase texto fuente parte tema importante proceso papel etapa ejemplo razón también`
    .split(/\s+/)
    .flatMap((word) => ["en", "de", "fr", "es"].flatMap((code) => [...lexemesIn(word, code)])),
);

export interface SourceWords {
  source: SourceText;
  sentences: Sentence[];
  /** Stems of every word of it. */
  lexemes: Set<string>;
}

/**
 * @returns the witness: the whole sentences that were quoted of; undefined when the source does not bear the sentence
 * out.
 */
export function checkSentence(
  { source, sentences, lexemes }: SourceWords,
  text: string,
  quoted: { start: number; end: number },
) {
  const touched = sentences.filter(({ start, end }) => start < quoted.end && end > quoted.start);
  const [first] = touched;
  // A quotation over half a page points at nothing.
  if (!first || touched.length > 4) return undefined;
  const span = { start: first.start, end: touched.at(-1)!.end };
  const witness = source.text.slice(span.start, span.end);
  const near = around(sentences, first.number, touched.at(-1)!.number);
  const said = new Set(contentStemsOf(text, source.language));
  const telling = [...said].filter((stem) => !TELLING.has(stem));
  if (telling.length === 0) return undefined;
  const shared = telling.filter((stem) => near.has(stem)).length;
  const own = telling.filter((stem) => !lexemes.has(stem)).length;
  if (
    shared < 2 ||
    shared / telling.length < SHARED ||
    own > Math.floor(telling.length / OWN_WORDS) ||
    figuresOf(text).some((figure) => !figuresOf(witness).includes(figure)) ||
    replacesWord(text, witness, lexemes, source.language) ||
    isNegated(text) !== isNegated(witness) ||
    oppositeOf({ text: witness }, { text })
  )
    return undefined;
  return witnessAt(source, span);
}

/** Stems of what is quoted and of the sentence on either side: "it" there names what stands here. */
function around(sentences: Sentence[], first: number, last: number) {
  const near = sentences.slice(Math.max(0, first - 1), last + 2);
  return new Set(near.flatMap(({ text, source }) => [...lexemesIn(text, source.language)]));
}

/**
 * "in the nucleus" for "in the stroma": a word that is nowhere in the source, behind the same small word as one that is
 * left out.
 */
function replacesWord(
  text: string,
  witness: string,
  lexemes: Set<string>,
  language: string | null,
) {
  const said = wordsOf(text, language);
  const quoted = wordsOf(witness, language);
  const keys = new Set(said.map(({ key }) => key));
  return said.some((word, at) => {
    const before = said[at - 1];
    if (!before || isStopWord(word.text, language) || !isStopWord(before.text, language))
      return false;
    const isOwn = [...lexemesIn(word.text, language)].every((lexeme) => !lexemes.has(lexeme));
    return (
      isOwn &&
      quoted.some(
        ({ key, text: other }, place) =>
          quoted[place - 1]?.key === before.key && !isStopWord(other, language) && !keys.has(key),
      )
    );
  });
}
