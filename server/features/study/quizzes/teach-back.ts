/**
 * Teaching back: which key statements of the sources an explanation covers, misses, or contradicts, each with its
 * reason.
 *
 * By words: a statement is covered when the explanation's nearest sentence (with its neighbour) has most of its weight;
 * it is contradicted when a sentence has most of it and says the opposite, another figure, or another term of the
 * course in the place of the right one. What is said in other words is found by meaning (compare-meaning.ts) and by a
 * language model (judge-by-model.ts).
 */
import type { z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { witnessAt } from "#server/features/citations/source-text.ts";
import { lexemesIn } from "#server/features/search/search-vector.ts";
import { sentencesOf } from "#server/features/search/sentences.ts";
import { standsAlone } from "#server/features/study/cards/suggestions/by-rules.ts";
import { readCourse, type Course } from "#server/features/study/cards/suggestions/course.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import {
  isNegated,
  oppositeOf,
  otherFigure,
} from "#server/features/study/overviews/contradictions.ts";
import { chooseSentences } from "#server/features/study/overviews/make-overview.ts";
import { contentKeys } from "#server/features/study/overviews/words.ts";
import { sentenceOf, type Why } from "./reasons.ts";
import type { newTeachBack, TeachBack } from "./shapes.ts";

const MOST_STATEMENTS = 15;
const COVERS = 0.55;
/** Of the rest of a statement, when one thing in it is said differently. */
const CONCERNS = 0.5;

interface Said {
  text: string;
  keys: Set<string>;
}

/** @throws Failure `invalid-input` when there is no text to compare with. */
export async function teachBack(
  { database }: Context,
  userId: string,
  { source, subject, text }: z.infer<typeof newTeachBack>,
): Promise<TeachBack> {
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
  const judged = keyStatements(course).map((sentence) => {
    const verdict = judge(course, sentence, said);
    return {
      ...verdict,
      reason: sentenceOf(verdict.why),
      statement: sentence.text.replace(/\s+/g, " "),
      witness: witnessAt(sentence.source, sentence),
    };
  });
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
  why: Why;
}

/** Its keys, a word in another form ("absorbing" for "absorbs") as the statement has it. */
function inFormsOf(statement: Sentence, said: Said): Said {
  const { language } = statement.source;
  const forms = new Map(
    [...statement.keys].flatMap((key) =>
      [...lexemesIn(key, language)].map((stem) => [stem, key] as const),
    ),
  );
  const asStated = (key: string) =>
    statement.keys.has(key)
      ? key
      : ([...lexemesIn(key, language)].map((stem) => forms.get(stem)).find(Boolean) ?? key);
  return { ...said, keys: new Set([...said.keys].map(asStated)) };
}

function judge(course: Course, statement: Sentence, explained: Said[]): Verdict {
  const said = explained.map((one) => inFormsOf(statement, one));
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
    if (why) return { verdict: "contradicted", said: one.text, why };
  }
  const best = rated.toSorted((a, b) => b.joined - a.joined)[0];
  if (best && best.joined >= COVERS)
    return {
      verdict: "covered",
      said: best.text,
      why: { kind: "words", percent: Math.round(100 * best.joined) },
    };
  const lacking = [...weights]
    .filter(([key]) => !rated.some(({ keys }) => keys.has(key)))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([key]) => statement.words.find((word) => word.key === key)?.text ?? key);
  return {
    verdict: "missed",
    said: best && best.alone > 0.25 ? best.text : null,
    why: lacking.length > 0 ? { kind: "lacking", words: lacking } : { kind: "apart" },
  };
}

function contradiction(course: Course, statement: Sentence, said: Said): Why | undefined {
  const missing = [...statement.keys].filter((key) => !said.keys.has(key));
  const added = [...said.keys].filter((key) => !statement.keys.has(key));
  const opposite = oppositeOf(statement, said);
  if (opposite) return { kind: "opposite", ...opposite };
  if (
    isNegated(statement.text) !== isNegated(said.text) &&
    missing.length <= statement.keys.size / 2 &&
    // Said with other words, a "not" may belong to them.
    added.length <= Math.max(1, said.keys.size / 3)
  )
    return { kind: isNegated(said.text) ? "denied" : "not-denied" };
  const figure = otherFigure(statement, said);
  if (figure) return { kind: "figure", ...figure };
  const terms = new Set(course.allTerms.flatMap(({ key }) => key.split(" ")));
  const lost = missing.filter((key) => terms.has(key));
  const swapped = added.find((key) => terms.has(key));
  if (lost.length > 0 && swapped && missing.length <= 2)
    return { kind: "term", theirs: swapped, ours: lost.join(", ") };
  return undefined;
}

function rarityOf(course: Course, key: string) {
  return Math.log((course.allSentences.length + 2) / (course.sentencesWith(key).length + 1)) + 0.2;
}
