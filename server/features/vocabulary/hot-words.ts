import type { Context } from "#server/context.ts";
import type { Run } from "#server/features/jobs/contract.ts";
import { isCommon } from "./common-words.ts";
import { mineInside } from "./mine-vocabulary.ts";
import { listHotWords } from "./queries.ts";

/** Engines take between a hundred words and a page of them; each takes as many from the beginning as it can. */
const MOST = 200;
const MOST_LOOKED_AT = 500;

/**
 * The terms of a subject as its sources are now, for a recogniser that is about to begin. Without them it hears all the
 * same.
 */
export async function readHotWords(
  context: Context,
  run: Run,
  userId: string,
  subject: string | null,
) {
  try {
    await mineInside(context, (work) => run.write(work), userId, subject);
    const terms = await listHotWords(context.database, userId, subject, MOST_LOOKED_AT);
    // An engine knows everyday words: those that nobody says elsewhere need the place more.
    const { strange = [], everyday = [] } = Object.groupBy(terms, (term) =>
      isStrange(term) ? "strange" : "everyday",
    );
    return [...strange, ...everyday].slice(0, MOST).map(({ term }) => term);
  } catch (error) {
    run.signal.throwIfAborted();
    context.log.warn({ err: error }, "the vocabulary could not be read");
    return [];
  }
}

function isStrange({ term, origin }: Awaited<ReturnType<typeof listHotWords>>[number]) {
  return origin === "student" || term.split(/[\s-]+/).some((word) => !isCommon(word));
}
