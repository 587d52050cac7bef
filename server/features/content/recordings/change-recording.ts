import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { knownSubject } from "../known-subjects.ts";
import { findRecording, updateRecording } from "./queries.ts";
import type { recordingPatch } from "./shapes.ts";

/**
 * Another sound track has another waveform; its transcript is made when the student asks for one.
 * @throws Failure `not-found`, `invalid-input`.
 */
export async function changeRecording(
  context: Context,
  userId: string,
  id: string,
  values: z.infer<typeof recordingPatch>,
) {
  await context.database.transaction().execute(async (tx) => {
    const before = (await findRecording(tx, userId, id)) ?? fail("not-found");
    const { sound_track } = values;
    if (sound_track !== undefined && sound_track !== before.sound_track) {
      const tracks = (before.sound_tracks ?? []) as { number: number; readable: boolean }[];
      const track = tracks.find(({ number }) => number === sound_track);
      if (!track?.readable)
        fail("invalid-input", {
          errors: [
            {
              field: "sound_track",
              message: track ? "is in a form that cannot be read here" : "is not in this recording",
            },
          ],
        });
      await tx
        .deleteFrom("waveforms")
        .where("user_id", "=", userId)
        .where("recording_id", "=", id)
        .execute();
      await enqueueJob(tx, {
        user_id: userId,
        job_type: "draw-waveform",
        payload: { recording_id: id },
        priority: -10,
      });
    }
    await updateRecording(tx, userId, id, {
      ...values,
      ...(values.tags && { tags: [...new Set(values.tags)] }),
      ...(values.subject && { subject: await knownSubject(tx, userId, values.subject, [id]) }),
    });
    await notifyChanged(tx, userId, { kind: "recording", id, change: "updated" });
  });
}
