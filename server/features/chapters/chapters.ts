/**
 * Chapters of a recording: found in its transcript until the student changes one; from then on they are the student's,
 * and hold their seconds whatever happens to the transcript.
 */
import { notifyChanged } from "#server/changes.ts";
import { clock } from "#server/clock.ts";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { studyAside } from "#server/features/study/aside/study-aside.ts";
import { cueText, cueTime } from "#server/webvtt.ts";
import type { Chapter, CHAPTER_FORMATS, RecordingChapters } from "./shapes.ts";

const FOUND = "found";

/** @throws Failure `not-found`, `took-too-long`. */
export async function getChapters(
  context: Context,
  userId: string,
  recordingId: string,
): Promise<RecordingChapters> {
  const recording = await findRecording(context.database, userId, recordingId);
  const own = await findOwn(context.database, userId, recordingId);
  if (own) return present(recordingId, own);
  const items = recording.transcription_id ? await findChapters(context, userId, recordingId) : [];
  return { recording_id: recordingId, origin: "found", items, updated_at: FOUND };
}

/**
 * All of them anew: one that is added, renamed, moved or taken away.
 * @throws Failure `not-found`; `changed-meanwhile` when `expected` is not their updated_at; `invalid-input` when two
 * begin at one second.
 */
export async function changeChapters(
  context: Context,
  userId: string,
  recordingId: string,
  items: Chapter[],
  expected?: string,
): Promise<RecordingChapters> {
  const sorted = items.toSorted((a, b) => a.start_seconds - b.start_seconds);
  if (sorted.some(({ start_seconds }, at) => start_seconds === sorted[at - 1]?.start_seconds))
    fail("invalid-input", {
      errors: [{ field: "items", message: "has two chapters that begin at one second" }],
    });
  return context.database.transaction().execute(async (tx) => {
    // Of two first changes at once, one waits here.
    await findRecording(tx, userId, recordingId, { lock: true });
    const before = await findOwn(tx, userId, recordingId);
    if (expected !== undefined && expected !== (before ? stateOf(before) : FOUND))
      fail("changed-meanwhile");
    const chapters = JSON.stringify(sorted);
    await tx
      .insertInto("recording_chapters")
      .values({ user_id: userId, recording_id: recordingId, chapters })
      .onConflict((conflict) =>
        conflict.columns(["user_id", "recording_id"]).doUpdateSet({ chapters }),
      )
      .execute();
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
    return present(recordingId, (await findOwn(tx, userId, recordingId))!);
  });
}

/** Back to those of the transcript. @throws Failure `not-found`. */
export async function forgetChapters(context: Context, userId: string, recordingId: string) {
  await context.database.transaction().execute(async (tx) => {
    // It may lie in the bin.
    await findRecording(tx, userId, recordingId, { lock: true });
    (await tx
      .deleteFrom("recording_chapters")
      .where("user_id", "=", userId)
      .where("recording_id", "=", recordingId)
      .returning("recording_id")
      .executeTakeFirst()) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
}

/** `0:00 Title` as video sites read them, WebVTT for players, or JSON. */
export function writeChapters(
  chapters: Chapter[],
  durationSeconds: number | null,
  format: (typeof CHAPTER_FORMATS)[number],
) {
  if (format === "json") return `${JSON.stringify(chapters, null, 2)}\n`;
  if (format === "txt")
    return chapters
      .map(({ title, start_seconds }) => `${clock(start_seconds)} ${oneLine(title)}\n`)
      .join("");
  const cues = chapters.map(({ title, start_seconds }, at) => {
    const end =
      chapters[at + 1]?.start_seconds ?? Math.max(durationSeconds ?? 0, start_seconds + 1);
    const text = cueText(oneLine(title));
    return `${at + 1}\n${cueTime(start_seconds)} --> ${cueTime(end)}\n${text}\n`;
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}

/** @throws Failure `not-found`. */
export async function findRecording(
  database: Queryable,
  userId: string,
  id: string,
  { lock = false } = {},
) {
  const recording = await database
    .selectFrom("recordings")
    .select(["title", "duration_seconds"])
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!recording) fail("not-found");
  const transcription = await database
    .selectFrom("transcriptions")
    .select("id")
    .where("user_id", "=", userId)
    .where("recording_id", "=", id)
    .where("is_current", "=", true)
    .where("completed_at", "is not", null)
    .executeTakeFirst();
  return { ...recording, transcription_id: transcription?.id ?? null };
}

async function findChapters(context: Context, userId: string, recordingId: string) {
  const { outline } = await studyAside(context, "makeOverview", userId, {
    kind: "recording",
    id: recordingId,
  });
  return outline.flatMap(({ title, start_seconds }) =>
    start_seconds === undefined ? [] : [{ title, start_seconds }],
  );
}

function findOwn(database: Queryable, userId: string, recordingId: string) {
  return database
    .selectFrom("recording_chapters")
    .select(["chapters", "updated_at"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .executeTakeFirst();
}

function present(
  recordingId: string,
  own: { chapters: Chapter[]; updated_at: Date },
): RecordingChapters {
  return {
    recording_id: recordingId,
    origin: "student",
    items: own.chapters,
    updated_at: stateOf(own),
  };
}

function stateOf({ updated_at }: { updated_at: Date }) {
  return new Date(updated_at).toISOString();
}

function oneLine(text: string) {
  return text.replace(/\s+/g, " ").trim();
}
