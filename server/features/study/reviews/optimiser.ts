/**
 * The FSRS optimiser (fsrs-rs; https://github.com/open-spaced-repetition/ts-fsrs/tree/main/packages/binding), the
 * native part by platform. Where it is not installed, students review with the default weights.
 */
import { createRequire } from "node:module";
import { fail } from "#server/failures.ts";

/** One review with those before it: [rating, days since the one before], the first with 0 days. */
export type History = [rating: number, days: number][];

interface Binding {
  FSRSBindingReview: new (rating: number, days: number) => unknown;
  FSRSBindingItem: new (reviews: unknown[]) => unknown;
  computeParameters(
    items: unknown[],
    options: { enableShortTerm: boolean; numRelearningSteps: number },
  ): Promise<number[]>;
}

const LIBC = process.platform === "linux" ? "-gnu" : process.platform === "win32" ? "-msvc" : "";
const PACKAGE = `@open-spaced-repetition/binding-${process.platform}-${process.arch}${LIBC}`;

/** It computes in a thread of its own. @throws Failure `engine-unavailable`. */
export async function computeWeights(histories: History[], relearningSteps: number) {
  const binding = load();
  const items = histories.map(
    (history) =>
      new binding.FSRSBindingItem(
        history.map(([rating, days]) => new binding.FSRSBindingReview(rating, days)),
      ),
  );
  return binding.computeParameters(items, {
    enableShortTerm: true,
    numRelearningSteps: relearningSteps,
  });
}

function load() {
  try {
    return createRequire(import.meta.url)(PACKAGE) as Binding;
  } catch (cause) {
    fail("engine-unavailable", {
      message:
        "Weights cannot be fitted on this server, because the optimiser is not made for its " +
        "kind of machine. Reviews go on with the default weights.",
      cause,
    });
  }
}
