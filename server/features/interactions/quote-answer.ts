/** The answer without a language model: the sentences of the materials that say most of what was asked, each with its citation. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { spacedOut } from "../search/languages.ts";
import { rarity, type QueryWords } from "../search/query-words.ts";
import type { SearchHit } from "../search/search-passages.ts";
import { sentencesOf, type Span } from "../search/sentences.ts";
import { citePassage, type Citation } from "./citations.ts";
import type { Evidence } from "./find-passages.ts";

export interface QuoteAnswer {
  content: string;
  citations: Citation[];
}

interface Candidate {
  passage: SearchHit;
  span: Span;
  text: string;
  score: number;
  /** Share of the question's words, weighted by how rare they are. */
  covered: number;
}

const MOST_QUOTES = 4;
/** Below this share of the question's weight the materials are about something else. Tuned on benchmarks/tutor's questions. */
const KNOWS = 0.5;
/** Words that tell the tutor what to do and say nothing of the subject. */
const INSTRUCTIONS =
  /^(?:explain|describ|defin|definit|tell|list|name|summar|summaris|summariz|mean|know|pleas|give|show|exampl|say|talk|erklar|beschreib|nenn|bedeut|expliqu|decr|explic|describ|spieg|defin|materi|note|lectur|recor|quest|answer|use|call|take|place|happen|happened|do|does|did|thing|kind|way|much|mani)/;

export async function answerByQuotes(
  database: Queryable,
  userId: string,
  evidence: Evidence,
): Promise<QuoteAnswer> {
  const { passages, words } = evidence;
  const candidates = await rateSentences(database, userId, passages, words);
  const best = candidates[0];
  if (!best || best.covered < KNOWS) return { content: nothingFound(words), citations: [] };

  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    if (chosen.length >= MOST_QUOTES || candidate.score < best.score * 0.6) break;
    if (!chosen.some(({ text }) => text === candidate.text)) chosen.push(candidate);
  }
  const citations = chosen.map(({ passage, span }, i) => citePassage(passage, span, i + 1));
  const content = chosen
    .map(({ text }, i) => `“${text.replace(/\s+/g, " ")}” [${i + 1}]`)
    .join("\n\n");
  return { content, citations };
}

export function nothingFound({ passages }: QueryWords) {
  return passages === 0
    ? "There is nothing to look in yet. Add a recording, a note or a document, and ask again."
    : "Your materials do not say anything about this. You can ask in other words, or add a recording or a document about it.";
}

async function rateSentences(
  database: Queryable,
  userId: string,
  passages: SearchHit[],
  words: QueryWords,
): Promise<Candidate[]> {
  const spans = passages.flatMap((passage) =>
    sentencesOf(passage.text, passage.source.kind === "recording" ? "spoken" : "wrapped").map(
      (span) => ({ passage, span }),
    ),
  );
  if (spans.length === 0) return [];
  const texts = spans.map(({ passage, span }) => passage.text.slice(span.start, span.end));
  // The same configuration that indexed the passage says which words a sentence has.
  const { rows } = await sql<{ own: string[]; around: string[] }>`
    select tsvector_to_array(to_tsvector(passage.search_config, sentence.text)) as own, tsvector_to_array(passage.search_vector) as around
    from unnest(${spans.map(({ passage }) => passage.id)}::uuid[], ${texts.map((text) => spacedOut(text) ?? text)}::text[]) with ordinality as sentence (id, text, place)
      join passages as passage on passage.id = sentence.id and passage.user_id = ${userId}
    order by sentence.place`.execute(database);

  const terms = words.terms.filter(
    ({ lexemes }) => !lexemes.every((lexeme) => INSTRUCTIONS.test(lexeme)),
  );
  const asked = terms.length > 0 ? terms : words.terms;
  const unknown = words.unknown.filter((word) => !INSTRUCTIONS.test(word));
  const whole =
    asked.reduce((sum, term) => sum + term.weight * rarity(term.passages, words.passages), 0) +
    unknown.length * rarity(0, words.passages);
  const rated = spans.map(({ passage, span }, i): Candidate => {
    const own = new Set(rows[i]?.own);
    const around = new Set(rows[i]?.around);
    let inSentence = 0;
    let inPassage = 0;
    for (const term of asked) {
      const weight = term.weight * rarity(term.passages, words.passages);
      if (term.lexemes.some((lexeme) => own.has(lexeme))) inSentence += weight;
      if (term.lexemes.some((lexeme) => around.has(lexeme))) inPassage += weight;
    }
    const text = texts[i]!;
    // A passage about the subject lends its sentences a little; a heading or a fragment says less than a sentence.
    const shape = text.length < 25 || !/[.!?。！？:;]["'”’)]*$/u.test(text) ? 0.7 : 1;
    const isQuestion = /\?["'”’)]*$/u.test(text) ? 0.6 : 1;
    return {
      passage,
      span,
      text,
      score: (inSentence + 0.25 * inPassage) * shape * isQuestion,
      covered: whole > 0 ? inPassage / whole : 0,
    };
  });
  return rated.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
}
