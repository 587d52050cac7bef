/**
 * "Summarise lecture 2" without a language model: the sentences of a source that say most, in their order. A sentence
 * says much when it has words that come again in the whole text and in few other sources (TF-IDF centroid: Radev et al.
 * 2004, "Centroid-based summarization of multiple documents").
 */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { citePassage, type Citation } from "#server/features/citations/citations.ts";
import { SOURCES } from "#server/features/search/filters.ts";
import { readPassages, type FoundPassage } from "#server/features/search/queries.ts";
import { lexemesIn } from "#server/features/search/search-vector.ts";
import { sentencesOf } from "#server/features/search/sentences.ts";
import { readTitles } from "#server/features/search/titles.ts";
import { isStopWord, stemmedLanguage } from "#server/features/search/word-forms.ts";
import { wordsOf } from "#server/features/search/words.ts";
import type { Scope } from "./find-passages.ts";
import { inMarks } from "./in-marks.ts";
import type { ReadQuestion } from "./read-question.ts";
import { tutorSays } from "./tutor-sentences.ts";

export interface QuoteAnswer {
  content: string;
  citations: Citation[];
}

const MOST_PASSAGES = 400;
const SENTENCES = 5;
const SHORTEST = 40;
const LONGEST = 400;
/** Words of the request that name no source. */
const ASKING =
  /^(?:summ\p{L}*|overview|about|worum|geht|es|give|me|a|an|the|of|my|please|main|key|points?|ideas?|in|short|what|are|is|from|tl|dr|fasse?|bitte|zusammen\p{L}*|die|der|das|den|meine?|résum\p{L}*|le|la|les|de|du|mon|ma|resum\p{L}*|el|los|mi|riassu\p{L}*|il|lo|samen\p{L}*|vat|het|een|mijn|o|os|as)$/iu;

/** What a source is called; with one of these the request names a source and no subject. */
const SOURCE_WORD =
  /^(?:lectures?|slides?|notes?|recordings?|documents?|chapters?|vorlesung(?:en)?|folien?|notiz(?:en)?|aufnahmen?|kapitel|dokumente?|cours|leçons?|diapositives?|chapitres?|clases?|lección|apuntes|capítulos?|lezion[ei]|appunti|capitol[oi]|colleges?|les|aantekeningen|hoofdstuk|aulas?)$/iu;

/** "Lecture one" is titled "Lecture 1". */
const NUMBERS: Record<string, string> = Object.fromEntries(
  [
    "one two three four five six seven eight nine ten eleven twelve",
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte",
    "un deux trois quatre cinq six sept huit neuf dix onze douze",
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
  ].flatMap((words) => words.split(" ").map((word, i) => [word, String(i + 1)])),
);

/** Undefined where the request names no source: it may name a subject, which is looked for as any question. */
export async function summariseSource(
  database: Queryable,
  userId: string,
  scope: Scope,
  { text, language }: ReadQuestion,
): Promise<QuoteAnswer | undefined> {
  const wanted = wordsOf(text)
    .filter(({ kind, minor }) => kind === "word" && !minor)
    .map((word) => word.text)
    .filter((word) => !ASKING.test(word))
    .map((word) => NUMBERS[word.toLowerCase()] ?? word);
  const source = scope.source_id
    ? { id: scope.source_id }
    : chooseSource(
        await readTitles(database, userId, { subject: scope.subject ?? undefined }),
        wanted,
      );
  if (!source)
    return wanted.some((word) => SOURCE_WORD.test(word))
      ? { content: tutorSays("noSource", language), citations: [] }
      : undefined;
  const passages = await passagesOf(database, userId, source.id);
  const chosen = chooseSentences(passages);
  if (chosen.length === 0) return undefined;
  const citations = chosen.map(({ passage, span }, i) => citePassage(passage, span, i + 1));
  return {
    content: [
      tutorSays("summary", language, { title: passages[0]!.source.title }),
      ...citations.map(({ quote, number }) => `${inMarks(quote)} [${number}]`),
    ].join("\n\n"),
    citations,
  };
}

/** The first passages of a source, in its order. */
async function passagesOf(database: Queryable, userId: string, sourceId: string) {
  const { rows } = await sql<{ id: string }>`
    select passage.id from passages as passage ${SOURCES}
    where passage.user_id = ${userId} and coalesce(recording.id, material.id) = ${sourceId}
    order by passage.number limit ${MOST_PASSAGES}`.execute(database);
  return readPassages(
    database,
    userId,
    rows.map(({ id }) => ({ id, score: 1 })),
  );
}

interface Sentence {
  passage: FoundPassage;
  span: { start: number; end: number };
  /** Stems, without stop words. */
  words: string[];
}

function readSentences(passages: FoundPassage[]): Sentence[] {
  const code = stemmedLanguage(passages[0]?.language ?? null);
  return passages.flatMap((passage) =>
    sentencesOf(
      passage.text,
      passage.source.kind === "recording" ? "spoken" : "wrapped",
      passage.language,
    ).map((span) => ({
      passage,
      span,
      words: [...lexemesIn(passage.text.slice(span.start, span.end), passage.language)].filter(
        (word) => word.length > 2 && !(code && isStopWord(word, code)),
      ),
    })),
  );
}

/** At most SENTENCES of them, in the order of the source. */
function chooseSentences(passages: FoundPassage[]) {
  const sentences = readSentences(passages);
  const frequency = new Map<string, number>();
  for (const { words } of sentences)
    for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const rated = sentences
    .map((sentence, place) => ({ ...sentence, place, score: 0 }))
    .filter(({ span, passage }) => isWhole(passage.text.slice(span.start, span.end)));
  const chosen: typeof rated = [];
  const said = new Set<string>();
  for (let n = 0; n < SENTENCES; n += 1) {
    // What was said already says nothing again (maximal marginal relevance).
    for (const sentence of rated) {
      const sum = sentence.words.reduce(
        (total, word) =>
          total + (said.has(word) ? 0 : Math.log(1 + (frequency.get(word) ?? 1)) - 0.69),
        0,
      );
      sentence.score = sum / Math.sqrt(5 + sentence.words.length);
    }
    const best = rated
      .filter((sentence) => !chosen.includes(sentence))
      .toSorted((a, b) => b.score - a.score)[0];
    if (!best) break;
    chosen.push(best);
    for (const word of best.words) said.add(word);
  }
  return chosen.toSorted((a, b) => a.place - b.place);
}

function isWhole(sentence: string) {
  return (
    sentence.length >= SHORTEST &&
    sentence.length <= LONGEST &&
    /[.!。！]["'”’»)]*$/u.test(sentence)
  );
}

/** The source whose title has every wanted word, numbers as numbers (`02` is 2); the shortest title of several. */
function chooseSource(titles: { id: string; title: string }[], wanted: string[]) {
  // "What is the lecture about?"
  if (wanted.every((word) => SOURCE_WORD.test(word)))
    return titles.length === 1 ? titles[0] : undefined;
  const plain = (word: string) => (/^\d+$/.test(word) ? String(Number(word)) : word.toLowerCase());
  const fits = titles.filter(({ title }) => {
    const words = new Set((title.match(/\p{L}+|\d+/gu) ?? []).map(plain));
    return wanted.every((word) => words.has(plain(word)));
  });
  return fits.toSorted((a, b) => a.title.length - b.title.length)[0];
}
