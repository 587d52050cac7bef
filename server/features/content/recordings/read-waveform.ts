import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { findWaveform } from "./draw-waveform.ts";
import { findRecordingFile } from "./queries.ts";

/**
 * Nulls while it is not drawn yet.
 * @throws Failure `not-found`.
 */
export async function readWaveform({ database }: Context, userId: string, id: string) {
  if (!(await findRecordingFile(database, userId, id))) fail("not-found");
  return (await findWaveform(database, userId, id)) ?? { duration_seconds: null, peaks: null };
}
