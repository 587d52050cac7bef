/** The terms of a subject, where each is spoken of, and which stand together. */
import type { Context } from "#server/context.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { witnessAt } from "#server/features/citations/source-text.ts";
import { readCourse } from "#server/features/study/cards/suggestions/course.ts";
import type { Sentence } from "./analysed-source.ts";

const MOST_TERMS = 40;
const MOST_LINKS = 80;
const MOST_SOURCES = 10;

export async function mapSubject({ database }: Context, userId: string, subject: string) {
  const course = await readCourse(database, userId, { subject });
  if (!course) return { terms: [], links: [] };
  const witnesses: Citation[] = [];
  const shown = course.terms.slice(0, MOST_TERMS);
  const terms = shown.map(({ term, count, sentences }) => ({
    term,
    count,
    sources: [...Map.groupBy(sentences, ({ source }) => source)]
      .slice(0, MOST_SOURCES)
      .map(([source, own]) => {
        const witness = witnessAt(source, heaviest(own, course.weight));
        witnesses.push(witness);
        return { count: own.length, witness };
      }),
  }));
  await setExactSeconds(database, userId, witnesses);
  const links = shown
    .flatMap((a, at) =>
      shown.slice(at + 1).map((b) => {
        const inB = new Set(b.sentences);
        return {
          a: a.term,
          b: b.term,
          sentences: a.sentences.filter((one) => inB.has(one)).length,
        };
      }),
    )
    .filter(({ sentences }) => sentences > 0)
    .sort((a, b) => b.sentences - a.sentences)
    .slice(0, MOST_LINKS);
  return { terms, links };
}

function heaviest(sentences: Sentence[], weight: Map<Sentence, number>) {
  return sentences.reduce((a, b) => ((weight.get(b) ?? 0) > (weight.get(a) ?? 0) ? b : a));
}
