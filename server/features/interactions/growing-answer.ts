import type { Context } from "#server/context.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import type { FittedHistory } from "./summarise-history.ts";

/** Told of the answer as it grows. A citation always comes before the text that has its number. */
export interface AnswerListener {
  text(piece: string): void;
  citation(citation: Citation): void;
}

/** An answer while it is written: what was told to the listener, and what still waits. */
export type GrowingAnswer = ReturnType<typeof createGrowingAnswer>;

export function createGrowingAnswer(
  { database }: Context,
  userId: string,
  listener: AnswerListener,
) {
  let waiting = "";
  let told = 0;
  const answer = {
    content: "",
    citations: [] as Citation[],
    /** Quotations that are in none of the passages. */
    dropped: 0,
    fitted: undefined as FittedHistory | undefined,
    say(piece: string) {
      waiting += piece;
    },
    takeBack() {
      waiting = "";
    },
    /** What was said so far was no answer. The listener learns it from the stored one. */
    startOver() {
      waiting = "";
      answer.content = "";
      answer.citations.length = 0;
      told = 0;
    },
    async flush() {
      const fresh = answer.citations.slice(told);
      told = answer.citations.length;
      await setExactSeconds(database, userId, fresh);
      fresh.forEach((citation) => listener.citation(citation));
      if (waiting === "") return;
      answer.content += waiting;
      listener.text(waiting);
      waiting = "";
    },
  };
  return answer;
}
