import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { findSourceText, witnessAt } from "#server/features/citations/source-text.ts";
import { findMark, insertMark } from "./queries.ts";
import type { newMark } from "./shapes.ts";

/**
 * @throws Failure `not-found` when the source is not there (or has no transcript to mark words in); `invalid-input`
 * when the place is not in it.
 */
export async function addMark(context: Context, userId: string, given: z.infer<typeof newMark>) {
  return context.database.transaction().execute(async (tx) => {
    const { source, start_offset, end_offset, note, colour } = given;
    const ofRecording = source.kind === "recording";
    const exists = await tx
      .selectFrom(ofRecording ? "recordings" : "study_materials")
      .select("id")
      .where("user_id", "=", userId)
      .where("id", "=", source.id)
      .executeTakeFirst();
    if (!exists) fail("not-found");
    let place: {
      quote?: string;
      start_offset?: number;
      end_offset?: number;
      transcription_id?: string | null;
      at_seconds?: number | undefined;
      page?: number | undefined;
    } = { at_seconds: given.at_seconds, page: given.page };
    if (start_offset !== undefined && end_offset !== undefined) {
      const text =
        (await findSourceText(tx, userId, source)) ??
        refuse("start_offset", "the recording has no transcript yet");
      if (
        end_offset <= start_offset ||
        end_offset > text.text.length ||
        end_offset - start_offset > 10_000
      )
        refuse("end_offset", "is not a span of the source's text");
      const citation = witnessAt(text, { start: start_offset, end: end_offset });
      await setExactSeconds(tx, userId, [citation]);
      place = {
        quote: citation.quote,
        start_offset,
        end_offset,
        transcription_id: text.transcription_id,
        at_seconds: given.at_seconds ?? citation.start_seconds,
        page: given.page ?? citation.page,
      };
    }
    if (given.area !== undefined) await refuseArea(tx, userId, given);
    if (ofRecording && place.page !== undefined)
      refuse("page", "a recording has seconds, not pages");
    if (!ofRecording && place.at_seconds !== undefined)
      refuse("at_seconds", "a document has pages, not seconds");
    const { id } = await insertMark(tx, {
      user_id: userId,
      ...(ofRecording ? { recording_id: source.id } : { study_material_id: source.id }),
      ...Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined)),
      area: given.area ?? null,
      note: note ?? null,
      colour: colour ?? null,
    });
    await notifyChanged(tx, userId, { kind: "mark", id, change: "created" });
    return (await findMark(tx, userId, id))!;
  });
}

async function refuseArea(
  tx: Tx,
  userId: string,
  { source, start_offset }: z.infer<typeof newMark>,
) {
  const picture = await tx
    .selectFrom("study_materials")
    .select("id")
    .where("user_id", "=", userId)
    .where("id", "=", source.id)
    .where("kind", "=", "image")
    .executeTakeFirst();
  if (!picture) refuse("area", "only pictures have parts");
  if (start_offset !== undefined) refuse("area", "words are marked by their offsets alone");
}

function refuse(field: string, message: string): never {
  fail("invalid-input", { errors: [{ field, message }] });
}
