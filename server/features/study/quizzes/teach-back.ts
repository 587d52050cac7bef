/**
 * Teaching back: which key statements of the sources an explanation covers, misses, or contradicts, each with its reason.
 *
 * By words: a statement is covered when the explanation's nearest sentence (with its neighbour) has most of its weight; it is contradicted when
 * a sentence has most of it and says the opposite, another figure, or another term of the course in the place of the right one. What is
 * said in other words a language model may find (judge-by-model.ts). Not embeddings: those of the bundled model hold
 * paraphrases (cosine .38 to .86) and other sentences of one topic (.32 to .63) no better apart, and the opposite highest (.92).
 */
import type { z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { witnessAt } from "#server/features/citations/source-text.ts";
import { sentencesOf } from "#server/features/search/sentences.ts";
import { standsAlone } from "#server/features/study/cards/suggestions/by-rules.ts";
import { readCourse, type Course } from "#server/features/study/cards/suggestions/course.ts";
import { numberPhrases } from "#server/features/study/cards/suggestions/wrong-options.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { chooseSentences } from "#server/features/study/overviews/make-overview.ts";
import { contentKeys, keyOf } from "#server/features/study/overviews/words.ts";
import type { newTeachBack } from "./shapes.ts";

const MOST_STATEMENTS = 15;
const COVERS = 0.55;
/** Of the rest of a statement, when one thing in it is said differently. */
const CONCERNS = 0.5;

const NEGATION =
  /\b(?:not|no|never|none|neither|nor|without|cannot|\w+n't|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|sin)\b/giu;
const OPPOSITES = [
  "increase decrease",
  "increases decreases",
  "rise fall",
  "rises falls",
  "high low",
  "higher lower",
  "more less",
  "more fewer",
  "absorb reflect",
  "absorbs reflects",
  "absorb release",
  "absorbs releases",
  "large small",
  "fast slow",
  "faster slower",
  "before after",
  "always never",
  "with without",
  "positive negative",
  "hot cold",
  "strong weak",
  "steigt sinkt",
  "hoch niedrig",
  "mehr weniger",
  "schnell langsam",
].map((pair) => pair.split(" ").map(keyOf) as [string, string]);

interface Said {
  text: string;
  keys: Set<string>;
}

/** @throws Failure `invalid-input` when there is no text to compare with. */
export async function teachBack(
  { database }: Context,
  userId: string,
  { source, subject, text }: z.infer<typeof newTeachBack>,
) {
  const course = await readCourse(
    database,
    userId,
    source ? { source } : { subject: subject ?? fail("invalid-input") },
  );
  if (!course)
    fail("invalid-input", {
      message: "There is no text to compare with: the source or subject has none yet.",
      errors: [{ field: source ? "source" : "subject", message: "has no text yet" }],
    });
  const language = course.sentences[0]?.source.language ?? null;
  const said = sentencesOf(text, "wrapped", language).map(({ start, end }): Said => {
    const sentence = text.slice(start, end);
    return { text: sentence, keys: new Set(contentKeys(sentence, language)) };
  });
  const judged = keyStatements(course).map((sentence) => ({
    ...judge(course, sentence, said),
    statement: sentence.text.replace(/\s+/g, " "),
    witness: witnessAt(sentence.source, sentence),
  }));
  await setExactSeconds(
    database,
    userId,
    judged.map(({ witness }) => witness),
  );
  const of = (verdict: Verdict["verdict"]) =>
    judged.filter((one) => one.verdict === verdict).map(({ verdict: _verdict, ...one }) => one);
  return { covered: of("covered"), missed: of("missed"), contradicted: of("contradicted") };
}

function keyStatements(course: Course): Sentence[] {
  const alone = course.sentences.filter((sentence) => standsAlone(sentence));
  const pool = alone.length >= 3 ? alone : course.sentences;
  const numbered = pool.map((sentence, number) => ({ ...sentence, number }));
  const scores = pool.map((sentence) => course.weight.get(sentence) ?? 0);
  return chooseSentences(numbered, scores, MOST_STATEMENTS);
}

interface Verdict {
  verdict: "covered" | "missed" | "contradicted";
  said: string | null;
  reason: string;
}

function judge(course: Course, statement: Sentence, said: Said[]): Verdict {
  const weights = new Map([...statement.keys].map((key) => [key, rarityOf(course, key)]));
  const all = [...weights.values()].reduce((sum, one) => sum + one, 0);
  const share = (keys: Set<string>) =>
    [...weights].reduce((sum, [key, weight]) => sum + (keys.has(key) ? weight : 0), 0) / all;
  const rated = said
    .map((one, at) => {
      const next = said[at + 1];
      return {
        ...one,
        alone: share(one.keys),
        joined: next ? share(new Set([...one.keys, ...next.keys])) : share(one.keys),
      };
    })
    .sort((a, b) => b.alone - a.alone);
  for (const one of rated) {
    const why = one.alone >= CONCERNS ? contradiction(course, statement, one) : undefined;
    if (why) return { verdict: "contradicted", said: one.text, reason: why };
  }
  const best = rated.toSorted((a, b) => b.joined - a.joined)[0];
  if (best && best.joined >= COVERS)
    return {
      verdict: "covered",
      said: best.text,
      reason: `Has ${Math.round(100 * best.joined)} % of what the statement says.`,
    };
  const lacking = [...weights]
    .filter(([key]) => !rated.some(({ keys }) => keys.has(key)))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([key]) => statement.words.find((word) => word.key === key)?.text ?? key);
  return {
    verdict: "missed",
    said: best && best.alone > 0.25 ? best.text : null,
    reason:
      lacking.length > 0
        ? `Nothing was said of: ${lacking.join(", ")}.`
        : "Its words come up, but never together.",
  };
}

function contradiction(course: Course, statement: Sentence, { text, keys }: Said) {
  const negations = (one: string) => (one.match(NEGATION)?.length ?? 0) % 2;
  const missing = [...statement.keys].filter((key) => !keys.has(key));
  const added = [...keys].filter((key) => !statement.keys.has(key));
  for (const [a, b] of OPPOSITES)
    for (const [ours, theirs] of [
      [a, b],
      [b, a],
    ] as const)
      if (missing.includes(ours) && added.includes(theirs))
        return `Says “${theirs}” where the source says “${ours}”.`;
  if (negations(statement.text) !== negations(text) && missing.length <= statement.keys.size / 2)
    return negations(text) ? "Denies what the source says." : "Leaves out the “not” of the source.";
  const [number] = numberPhrases(statement);
  const [other] = numberPhrases({ text });
  if (number && other && number !== other && !text.includes(number))
    return `Says ${other} where the source says ${number}.`;
  const terms = new Set(course.allTerms.flatMap(({ key }) => key.split(" ")));
  const lost = missing.filter((key) => terms.has(key));
  const swapped = added.find((key) => terms.has(key));
  if (lost.length > 0 && swapped && missing.length <= 2)
    return `Says “${swapped}” where the source says “${lost.join(", ")}”.`;
  return undefined;
}

function rarityOf(course: Course, key: string) {
  return Math.log((course.allSentences.length + 2) / (course.sentencesWith(key).length + 1)) + 0.2;
}
