import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { indexSoon } from "#server/features/search/index-soon.ts";
import { indexTranscription } from "#server/features/search/index-transcription.ts";
import { applyTurns } from "#server/features/speakers/apply-turns.ts";
import {
  readCaptionsAside,
  type CaptionsFile,
  type WrittenCaptions,
} from "./captions/read-aside.ts";
import { completeTranscription, findTranscription, insertSegments } from "./queries.ts";

export interface GivenCaptions extends CaptionsFile {
  read: WrittenCaptions;
}

interface OfRecording {
  id: string;
  language: string | null;
  duration_seconds: number | null;
}

/** The transcript of a lecture that came with captions: there at once, labelled as supplied. */
export async function supplyCaptions(
  context: Context,
  tx: Tx,
  userId: string,
  recording: OfRecording,
  { bytes, filename, read }: GivenCaptions,
) {
  const { id } = await tx
    .insertInto("transcriptions")
    .values({
      user_id: userId,
      recording_id: recording.id,
      source: "supplied",
      engine: "captions",
      is_current: false,
      ...columnsOf(read, recording),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("supplied_captions")
    .values({
      user_id: userId,
      transcription_id: id,
      format: read.format,
      filename: filename?.slice(-500) || null,
      content: Buffer.from(bytes),
    })
    .execute();
  await insertSegments(tx, userId, id, 0, read.segments);
  await completeTranscription(tx, userId, id, {});
  await applyTurns(tx, userId, recording.id, id);
  await indexTranscription(context, tx, userId, id, indexSoon);
  return { id };
}

/**
 * The letters came out wrong: the same file is read again in the encoding that the student names.
 * @throws Failure `not-found`, `conflict`.
 */
export async function readCaptionsAgain(
  context: Context,
  userId: string,
  id: string,
  encoding: string,
) {
  const { database } = context;
  const file = await findSuppliedCaptions(database, userId, id);
  if (!file) {
    (await findTranscription(database, userId, id)) ?? fail("not-found");
    fail("conflict", {
      message: "This transcript did not come as captions, so that it has no encoding.",
    });
  }
  const read = await readCaptionsAside(file.content, { chosen: encoding });
  return database.transaction().execute(async (tx) => {
    const version = await tx
      .selectFrom("transcriptions as t")
      .innerJoin("recordings as r", (join) =>
        join.onRef("r.user_id", "=", "t.user_id").onRef("r.id", "=", "t.recording_id"),
      )
      .select(["t.edited_at", "t.is_current", "r.id", "r.language", "r.duration_seconds"])
      .where("t.user_id", "=", userId)
      .where("t.id", "=", id)
      .forUpdate("t")
      .executeTakeFirst();
    if (!version) fail("not-found");
    if (version.edited_at)
      fail("conflict", {
        message:
          "This transcript has been corrected by hand. Supply the captions again instead, and both versions are kept.",
      });
    await tx
      .deleteFrom("transcription_segments")
      .where("user_id", "=", userId)
      .where("transcription_id", "=", id)
      .execute();
    await tx
      .updateTable("transcriptions")
      .set(columnsOf(read, version))
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .execute();
    await insertSegments(tx, userId, id, 0, read.segments);
    await completeTranscription(tx, userId, id, {});
    await applyTurns(tx, userId, version.id, id);
    await indexTranscription(context, tx, userId, id, indexSoon);
    await notifyChanged(tx, userId, { kind: "transcription", id, change: "updated" });
    return (await findTranscription(tx, userId, id))!;
  });
}

export function findSuppliedCaptions(database: Context["database"], userId: string, id: string) {
  return (
    database
      .selectFrom("supplied_captions")
      // Of a recording in the bin row-level security hides the transcription.
      .innerJoin("transcriptions", (join) =>
        join
          .onRef("transcriptions.user_id", "=", "supplied_captions.user_id")
          .onRef("transcriptions.id", "=", "supplied_captions.transcription_id"),
      )
      .select(["format", "filename", "content"])
      .where("supplied_captions.user_id", "=", userId)
      .where("supplied_captions.transcription_id", "=", id)
      .executeTakeFirst()
  );
}

function columnsOf(read: WrittenCaptions, recording: OfRecording) {
  return {
    language: recording.language ?? read.language ?? null,
    duration_seconds: read.segments.reduce((last, { end }) => Math.max(last, end), 0),
    remark: remarkOn(read, recording.duration_seconds),
    text_encoding: read.encoding,
    text_encoding_found_by: read.foundBy,
  };
}

/** What could not be used, or looks like the captions of another recording. */
function remarkOn({ segments, untimed }: WrittenCaptions, durationSeconds: number | null) {
  const beyond =
    durationSeconds === null
      ? 0
      : segments.filter(({ start }) => start > durationSeconds + 1).length;
  const remarks: string[] = [];
  if (untimed === 1) remarks.push("1 cue had no time that can be read and was left out.");
  if (untimed > 1) remarks.push(`${untimed} cues had no time that can be read and were left out.`);
  if (beyond === 1) remarks.push("1 cue begins after the end of the recording.");
  if (beyond > 1) remarks.push(`${beyond} cues begin after the end of the recording.`);
  return remarks.join(" ") || null;
}
