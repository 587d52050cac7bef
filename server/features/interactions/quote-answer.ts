/** The answer without a language model: the sentences of the materials that say most of what was asked, each with its citation. */
import { citePassage, type Citation } from "#server/features/citations/citations.ts";
import { rarity, type QueryWords } from "#server/features/search/query-words.ts";
import type { SearchHit } from "#server/features/search/search-passages.ts";
import { lexemesIn } from "#server/features/search/search-vector.ts";
import { sentencesOf, type Span } from "#server/features/search/sentences.ts";
import type { Evidence } from "./find-passages.ts";
import { pointsBack } from "./follow-up.ts";

export interface QuoteAnswer {
  content: string;
  citations: Citation[];
}

interface Candidate {
  passage: SearchHit;
  span: Span;
  text: string;
  neighbours: { before?: Span | undefined; after?: Span | undefined };
  score: number;
  /** Share of the question's words, weighted by how rare they are. */
  covered: number;
}

const MOST_QUOTES = 4;
const SHORT = 70;
const LEANING =
  /^(?:this|that|these|those|it|they|he|she|such|here|dies|diese[rs]?|er|sie|es|cela|ce|il|elle|esto|esta|este|ello|questo|questa|isso|isto)(?![\p{L}])/iu;
/** In the sentence that defines a thing. */
const DEFINES =
  /(?:^|\s)(?:is|are|means|called|ist|sind|heißt|bedeutet|est|sont|signifie|es|son|significa|è|sono|é|são)\s/iu;
/** Below this share of the question's weight the materials are about something else. Tuned on benchmarks/tutor's questions. */
const KNOWS = 0.5;
/** Words that tell the tutor what to do and say nothing of the subject. */
const INSTRUCTIONS =
  /^(?:explain|describ|defin|definit|tell|list|name|summar|summaris|summariz|mean|know|pleas|give|show|exampl|say|talk|erklar|beschreib|nenn|bedeut|expliqu|decr|explic|describ|spieg|defin|materi|note|lectur|recor|quest|answer|use|call|take|place|happen|happened|do|does|did|thing|kind|way|ones?$|much|mani)/;

export function answerByQuotes(evidence: Evidence): QuoteAnswer {
  const { words } = evidence;
  const candidates = rateSentences(evidence);
  const best = candidates[0];
  if (!best || best.covered < KNOWS) return { content: nothingFound(words), citations: [] };

  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    if (chosen.length >= MOST_QUOTES || candidate.score < best.score * 0.6) break;
    const { passage, span, text } = whole(candidate, chosen.length === 0);
    const again = chosen.some((other) => other.text.includes(text) || text.includes(other.text));
    if (!again) chosen.push({ ...candidate, passage, span, text });
  }
  const citations = chosen.map(({ passage, span }, i) => citePassage(passage, span, i + 1));
  const content = chosen
    .map(({ text }, i) => `“${text.replace(/\s+/g, " ")}” [${i + 1}]`)
    .join("\n\n");
  return { content, citations };
}

/** "This is called fermentation." needs the sentence before it; a short best sentence ("It has two stages.") the one after. */
function whole(candidate: Candidate, best: boolean): Candidate {
  const { passage, neighbours, text } = candidate;
  let { start, end } = candidate.span;
  if (neighbours.before && LEANING.test(text)) start = neighbours.before.start;
  if (neighbours.after && best && end - start < SHORT) end = neighbours.after.end;
  return { ...candidate, span: { start, end }, text: passage.text.slice(start, end) };
}

export function nothingFound({ passages }: QueryWords) {
  return passages === 0
    ? "There is nothing to look in yet. Add a recording, a note or a document, and ask again."
    : "Your materials do not say anything about this. You can ask in other words, or add a recording or a document about it.";
}

function rateSentences({ passages, words, context }: Evidence): Candidate[] {
  const spans = passages.flatMap((passage) =>
    sentencesOf(passage.text, passage.source.kind === "recording" ? "spoken" : "wrapped").map(
      (span, i, all) => ({
        passage,
        span,
        neighbours: { before: all[i - 1], after: all[i + 1] },
      }),
    ),
  );
  if (spans.length === 0) return [];
  const texts = spans.map(({ passage, span }) => passage.text.slice(span.start, span.end));
  const around = new Map(
    passages.map((passage) => [
      passage.id,
      lexemesIn(`${passage.heading ?? ""}\n${passage.text}`, passage.language),
    ]),
  );

  const terms = words.terms.filter(
    ({ lexemes }) => !lexemes.every((lexeme) => INSTRUCTIONS.test(lexeme)),
  );
  const asked = terms.length > 0 ? terms : words.terms;
  const unknown = words.unknown.filter(
    (word) => !INSTRUCTIONS.test(word) && !(context.length > 0 && pointsBack(word)),
  );
  const whole =
    asked.reduce((sum, term) => sum + term.weight * rarity(term.passages, words.passages), 0) +
    unknown.length * rarity(0, words.passages);
  const rated = spans.map(({ passage, span, neighbours }, i): Candidate => {
    const own = lexemesIn(texts[i]!, passage.language);
    const near = around.get(passage.id)!;
    let inSentence = 0;
    let inPassage = 0;
    for (const term of asked) {
      const weight = term.weight * rarity(term.passages, words.passages);
      const forms = [...term.lexemes, ...term.folded];
      if (forms.some((lexeme) => own.has(lexeme))) inSentence += weight;
      if (forms.some((lexeme) => near.has(lexeme))) inPassage += weight;
    }
    const text = texts[i]!;
    // A heading or a fragment says less than a sentence, and a question nothing.
    const shape =
      text.startsWith("#") || /\?["'”’)]*$/u.test(text)
        ? 0.4
        : text.length < 15 || !/[.!?。！？:;]["'”’)]*$/u.test(text)
          ? 0.5
          : asked.length <= 2 && DEFINES.test(text)
            ? 1.25
            : 1;
    return {
      passage,
      span,
      neighbours,
      text,
      score: (inSentence + 0.25 * inPassage) * shape,
      covered: whole > 0 ? inPassage / whole : 0,
    };
  });
  return rated.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
}
