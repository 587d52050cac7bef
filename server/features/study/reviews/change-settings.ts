import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { enqueueReplay } from "./replay-reviews.ts";
import { readSettings, writeSettings, type StudySettings } from "./settings.ts";
import type { settingsPatch } from "./shapes.ts";

/** A change of any of these means other schedules. */
const SCHEDULING = [
  "time_zone",
  "day_starts_at",
  "desired_retention",
  "learning_steps",
  "relearning_steps",
  "maximum_interval_days",
  "leech_lapses",
] as const satisfies (keyof StudySettings)[];

export async function changeSettings(
  context: Context,
  userId: string,
  patch: z.infer<typeof settingsPatch>,
) {
  return context.database.transaction().execute(async (tx) => {
    const before = await readSettings(tx, userId);
    const given = Object.fromEntries(
      Object.entries(patch).filter(([, value]) => value !== undefined),
    ) as Partial<StudySettings>;
    const after = { ...before, ...given };
    await writeSettings(tx, userId, after);
    await notifyChanged(tx, userId, { kind: "study_settings", id: userId, change: "updated" });
    if (SCHEDULING.some((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])))
      await enqueueReplay(tx, userId);
    return after;
  });
}
