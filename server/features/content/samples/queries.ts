import type { Queryable } from "#server/context.ts";

/** By these names the sample is found again, whatever a student calls it. */
export const SAMPLE_NAMES = {
  recording: "little-monster-sample-lecture.mp3",
  study_material: "little-monster-sample-document.pdf",
} as const;

/** Ids of what is there of the sample. */
export async function findSample(database: Queryable, userId: string) {
  const [recordings, materials] = await Promise.all([
    database
      .selectFrom("recordings")
      .select("id")
      .where("user_id", "=", userId)
      .where("original_filename", "=", SAMPLE_NAMES.recording)
      .execute(),
    database
      .selectFrom("study_materials")
      .select("id")
      .where("user_id", "=", userId)
      .where("original_filename", "=", SAMPLE_NAMES.study_material)
      .execute(),
  ]);
  return {
    recordings: recordings.map(({ id }) => id),
    study_materials: materials.map(({ id }) => id),
  };
}
