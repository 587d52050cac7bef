/** The thread of `study-aside.ts`: one use case at a time, with a connection of its own, for whoever asks. */
import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "#database/open.ts";
import { asOwner } from "#database/principal.ts";
import { Failure } from "#server/failures.ts";
import { findAlignment } from "#server/features/slides/find-alignment.ts";
import { suggestSlides } from "#server/features/slides/suggest-slides.ts";
import {
  checkItems,
  cutCourse,
  suggestFromCourse,
} from "#server/features/study/cards/suggestions/read-aside.ts";
import { makeOverview } from "#server/features/study/overviews/make-overview.ts";
import { mapSubject } from "#server/features/study/overviews/subject-map.ts";
import {
  checkSentences,
  cutSource,
} from "#server/features/study/overviews/summaries/read-aside.ts";
import { makeQuiz } from "#server/features/study/quizzes/make-quiz.ts";
import { teachBack } from "#server/features/study/quizzes/teach-back.ts";
import { findWeights } from "#server/features/study/reviews/find-weights.ts";
import { findCorrections } from "#server/features/vocabulary/find-corrections.ts";
import { findTerms } from "#server/features/vocabulary/find-terms.ts";

export const USES = {
  makeOverview,
  mapSubject,
  makeQuiz,
  teachBack,
  cutSource,
  checkSentences,
  cutCourse,
  suggestFromCourse,
  checkItems,
  findTerms,
  findCorrections,
  findAlignment,
  suggestSlides,
  findWeights,
};

export interface AsideRequest {
  id: number;
  use: keyof typeof USES;
  userId: string;
  given: unknown;
}

export interface AsideAnswer {
  id: number;
  value?: unknown;
  failed?: { code: Failure["code"]; message: string; errors: Failure["errors"] };
  /** No failure that a student is meant to meet. */
  broken?: Error;
}

/** Said of its own accord: its connection to the database went while nothing was asked of it. */
export interface AsideLoss {
  lost: Error;
}

if (parentPort) {
  const port = parentPort;
  const { databaseUrl, assumedRole, connectMs, statementMs } = workerData as {
    databaseUrl: string;
    assumedRole: string | undefined;
    connectMs: number;
    statementMs: number;
  };
  const database = openDatabase(databaseUrl, {
    assumedRole,
    max: 1,
    connectMs,
    statementMs,
    pooler: true,
    onLost: (lost) => port.postMessage({ lost } satisfies AsideLoss),
  });
  let last = Promise.resolve();
  port.on("message", (request: AsideRequest) => {
    last = last.then(async () => port.postMessage(await answer(request)));
  });

  async function answer({ id, use, userId, given }: AsideRequest): Promise<AsideAnswer> {
    // Each use case takes its own kind of wish, which the caller's types have checked.
    const work = USES[use] as (context: object, userId: string, given: unknown) => Promise<unknown>;
    try {
      return { id, value: await asOwner(userId, () => work({ database }, userId, given)) };
    } catch (error) {
      if (error instanceof Failure)
        return { id, failed: { code: error.code, message: error.message, errors: error.errors } };
      return { id, broken: error instanceof Error ? error : new Error(String(error)) };
    }
  }
}
