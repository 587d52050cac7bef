import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace, takeStorage } from "#server/features/quotas/take.ts";
import { detectLanguage } from "#server/features/search/languages.ts";
import { chosenVoice } from "./chosen-voices.ts";
import { findSpeech, findSpeechByHash, updateSpeech, usualLanguage } from "./queries.ts";
import { readSource } from "./readable-source.ts";
import type { speechWish } from "./shapes.ts";

/**
 * The same text, voice, speed and format are made once per student: what is there, or on its way, is returned.
 * @throws Failure `not-found`, `conflict`, `invalid-input`, `voice-unknown`.
 */
export async function startSpeech(
  context: Context,
  userId: string,
  wish: z.infer<typeof speechWish>,
) {
  const { text, language, book } = await readSource(context.database, userId, wish);
  const spoken =
    wish.language ??
    language ??
    detectLanguage(text) ??
    (await usualLanguage(context.database, userId));
  const { engine, voice } = await chooseVoice(context, userId, wish, spoken);
  const content_hash = createHash("sha256")
    .update(JSON.stringify([engine.name, voice, wish.speed, wish.format, text]))
    .digest();

  const known = await findSpeechByHash(context.database, userId, content_hash);
  return context.database.transaction().execute(async (tx) => {
    // What was made before, or is on its way, costs nothing.
    if (!known || known.status === "failed") {
      await takeStorage(context, tx, userId, 0);
      await takeJobPlace(context, tx, userId, "speak");
    }
    const row = await tx
      .insertInto("tts_audio_files")
      .values({
        user_id: userId,
        text,
        content_hash,
        source_kind: wish.source?.kind ?? null,
        source_id: wish.source?.id ?? null,
        subject: wish.subject ?? null,
        provider: engine.name,
        voice,
        speed: wish.speed,
        format: wish.format,
      })
      // Changes nothing; it makes `returning` give the row that was there already, locked.
      .onConflict((conflict) =>
        conflict
          .columns(["user_id", "content_hash"])
          .doUpdateSet((eb) => ({ voice: eb.ref("tts_audio_files.voice") })),
      )
      .returning(["id", "status", "job_id", sql<boolean>`xmax = 0`.as("made")])
      .executeTakeFirstOrThrow();
    if (row.made || row.status === "failed") {
      const job = await enqueueJob(tx, {
        user_id: userId,
        job_type: "speak",
        payload: { tts_audio_file_id: row.id, ...(book && { book }) },
        priority: 10,
      });
      await updateSpeech(tx, userId, row.id, {
        job_id: job.id,
        status: "pending",
        error_code: null,
        error_message: null,
      });
      await notifyChanged(tx, userId, { kind: "tts_audio_file", id: row.id, change: "created" });
    }
    return { made: row.made, speech: (await findSpeech(tx, userId, row.id))! };
  });
}

/** @throws Failure `invalid-input` with the field `engine` or `speed`; `voice-unknown`. */
async function chooseVoice(
  context: Context,
  userId: string,
  wish: z.infer<typeof speechWish>,
  spoken: string | undefined,
) {
  const names = context.tts.engines.map(({ name }) => name);
  if (wish.engine !== undefined && wish.engine !== "auto" && !names.includes(wish.engine))
    fail("invalid-input", {
      errors: [
        {
          field: "engine",
          message: `is no voice engine of this server. There are: ${names.join(", ")}`,
        },
      ],
    });
  const first =
    (await engineOfVoice(context, wish)) ?? (await context.tts.choose(wish.engine, spoken));
  const { database, tts } = context;
  const own =
    wish.voice === undefined && (wish.engine === undefined || wish.engine === "auto")
      ? await chosenVoice(database, tts, userId, spoken, first)
      : undefined;
  const engine = own?.engine ?? first;
  const { slowest, fastest } = engine.speeds;
  if (wish.speed < slowest || wish.speed > fastest)
    fail("invalid-input", {
      errors: [
        {
          field: "speed",
          message: `is not between ${slowest} and ${fastest}, which these voices can speak at`,
        },
      ],
    });
  const voice = wish.voice ?? own?.voice ?? (await engine.defaultVoice(spoken));
  if (wish.voice && !(await engine.voices()).some(({ id }) => id === wish.voice))
    fail("voice-unknown", {
      errors: [{ field: "voice", message: "is none of the voices of GET /tts/voices" }],
    });
  return { engine, voice };
}

/** Whoever names a voice and no engine means the engine that has it. */
async function engineOfVoice(context: Context, { engine, voice }: z.infer<typeof speechWish>) {
  if (!voice || (engine && engine !== "auto")) return undefined;
  for (const each of context.tts.engines)
    if ((await each.voices()).some(({ id }) => id === voice)) return each;
  return undefined;
}
