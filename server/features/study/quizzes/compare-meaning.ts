/**
 * What was said in other words, without a language model: the embedding engine's vectors beside the words that are
 * shared.
 *
 * The cosine alone holds covered and missed statements no better apart than words do: sentences of one topic are all
 * near each other. So it is taken against how near the source's own key statements are to each other, and by how much a
 * statement is nearer to the sentence than every other statement is. The three numbers are weighed by a logistic
 * regression over 105 statements of seven lectures, of which students' own words cover 55 (benchmarks/teach-back; `npm
 * run bench teach-back` tells what it finds). Meaning never contradicts: the vector of an opposite is the nearest of
 * all.
 */
import type { Context } from "#server/context.ts";
import { detectLanguage } from "#server/features/search/languages.ts";
import { sentencesOf } from "#server/features/search/sentences.ts";
import { figuresOf, isDenial } from "#server/features/study/overviews/contradictions.ts";
import { contentKeys } from "#server/features/study/overviews/words.ts";
import { understands, type Embeddings } from "#server/providers/embeddings/contract.ts";
import { sentenceOf, type Why } from "./reasons.ts";
import type { Statement, TeachBack } from "./shapes.ts";

/** The share of words, the nearness and the lead, in deviations of the nearness among statements. */
const WEIGHTS = { words: 4.38, nearness: 0.47, lead: 1.55, bias: -2.09 };
/** As likely covered as not. */
const COVERED = 0;
/** Worth a look: the student's sentence is shown beside the statement. */
const NEAR = -1;
/** Fewer statements say nothing of how near each other they are. */
const FEWEST_STATEMENTS = 4;
/** More of an explanation is compared by words alone. */
const MOST_SENTENCES = 120;
const PATIENCE_MS = 20_000;

interface Said {
  text: string;
  keys: Set<string>;
  vector: Float32Array;
}

/**
 * What words call missed, read by meaning; unchanged without an engine, while it is away, or in a language that it does
 * not know.
 */
export async function compareMeaning(
  { embeddings, log }: Pick<Context, "embeddings" | "log">,
  made: TeachBack,
  explanation: string,
): Promise<TeachBack> {
  const all = [...made.covered, ...made.missed, ...made.contradicted];
  const theirs = detectLanguage(all.map(({ statement }) => statement).join(" "));
  if (!embeddings || made.missed.length === 0 || all.length < FEWEST_STATEMENTS) return made;
  // Of a sentence or two nobody can tell the language.
  const language = detectLanguage(explanation) ?? theirs;
  if (!understands(embeddings, language) || !understands(embeddings, theirs)) return made;
  try {
    const sentences = sentencesOf(explanation, "wrapped", language)
      .slice(0, MOST_SENTENCES)
      .map(({ start, end }) => explanation.slice(start, end));
    const vectors = await vectorsOf(embeddings, all, sentences);
    const said = sentences.map((text, at) => ({
      text,
      keys: new Set(contentKeys(text, language)),
      vector: vectors.said[at]!,
    }));
    return judgeAll(made, all, vectors.statements, said, language);
  } catch (error) {
    log.warn(
      { err: error },
      "the embedding engine does not answer; an explanation is compared by words alone",
    );
    return made;
  }
}

async function vectorsOf(embeddings: Embeddings, all: Statement[], sentences: string[]) {
  const texts = [...all.map(({ statement }) => statement), ...sentences];
  const vectors = await embeddings.embed(texts, "passage", AbortSignal.timeout(PATIENCE_MS));
  return { statements: vectors.slice(0, all.length), said: vectors.slice(all.length) };
}

function judgeAll(
  { covered, missed, contradicted }: TeachBack,
  all: Statement[],
  vectors: Float32Array[],
  said: Said[],
  language: string | undefined,
): TeachBack {
  const { mean, deviation } = spreadOf(vectors);
  const cosines = said.map(({ vector }) => vectors.map((one) => cosine(one, vector)));
  const judged = missed.map((statement) => {
    const at = all.indexOf(statement);
    const keys = [...new Set(contentKeys(statement.statement, language))];
    const rated = said.map((one, number) => {
      const nearness = cosines[number]![at]!;
      const next = Math.max(...cosines[number]!.filter((_, other) => other !== at));
      const words = keys.filter((key) => one.keys.has(key)).length / Math.max(1, keys.length);
      const score =
        WEIGHTS.bias +
        WEIGHTS.words * words +
        (WEIGHTS.nearness * (nearness - mean)) / deviation +
        (WEIGHTS.lead * (nearness - next)) / deviation;
      return { ...one, score };
    });
    return { statement, ...verdictOf(statement, rated) };
  });
  return {
    covered: [
      ...covered,
      ...judged.flatMap(({ statement, is, ...more }) => (is ? [{ ...statement, ...more }] : [])),
    ],
    missed: judged.flatMap(({ statement, is, ...more }) => (is ? [] : [{ ...statement, ...more }])),
    contradicted,
  };
}

function verdictOf(
  { statement, why: before, said: saidBefore }: Statement,
  rated: (Said & { score: number })[],
) {
  const best = rated.reduce<(Said & { score: number }) | undefined>(
    (most, one) => (!most || one.score > most.score ? one : most),
    undefined,
  );
  if (!best || best.score < NEAR)
    return { is: false, said: saidBefore, why: before, reason: sentenceOf(before) };
  const why = doubtOf(statement, best.text) ?? {
    kind: best.score >= COVERED ? ("meaning" as const) : ("near" as const),
  };
  return { is: why.kind === "meaning", said: best.text, why, reason: sentenceOf(why) };
}

/** Near each other, and yet perhaps not the same. */
function doubtOf(statement: string, said: string): Why | undefined {
  const ours = figuresOf(statement);
  const theirs = figuresOf(said);
  if (ours.length > 0 && theirs.length > 0 && !ours.some((figure) => theirs.includes(figure)))
    return { kind: "near-but-figure", ours: ours.join(", "), theirs: theirs.join(", ") };
  return isDenial(statement) === isDenial(said) ? undefined : { kind: "near-but-denied" };
}

function spreadOf(vectors: Float32Array[]) {
  const pairs = vectors.flatMap((one, at) =>
    vectors.slice(0, at).map((other) => cosine(one, other)),
  );
  const mean = pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
  const variance = pairs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / pairs.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

function cosine(a: Float32Array, b: Float32Array) {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
}
