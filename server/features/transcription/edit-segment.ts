import { sql } from "kysely";
import type { OriginalValue } from "#database/json-columns.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { moveCitations } from "#server/features/citations/move-citations.ts";
import { indexSoon } from "#server/features/search/index-soon.ts";
import { indexTranscription } from "#server/features/search/index-transcription.ts";
import { mineLater } from "#server/features/vocabulary/start-mining.ts";
import type { Word } from "#server/providers/stt/contract.ts";
import { findSegment, type SegmentRow } from "./queries.ts";
import { retimeWords } from "./retime-words.ts";

export type SegmentEdit = { text: string; was?: string | undefined } | { undo: true };

/**
 * A student's correction. What the engine gave is kept at the first edit; the same text again, or undo, brings it back.
 * @throws Failure `not-found`, `conflict`; `changed-meanwhile` when `was` is not its text.
 */
export async function editSegment(
  context: Context,
  userId: string,
  transcriptionId: string,
  number: number,
  edit: SegmentEdit,
) {
  return context.database.transaction().execute(async (tx) => {
    const locked = await lockTranscription(tx, userId, transcriptionId);
    if (await writeSegment(tx, userId, transcriptionId, number, edit))
      await rewriteText(context, tx, userId, transcriptionId, locked);
    return (await findSegment(tx, userId, transcriptionId, number))!;
  });
}

/**
 * Several at once, as whole texts by the segment's number: the transcript is written and indexed once.
 * @throws Failure `not-found`; `conflict` while the transcript is being made; `changed-meanwhile`, which these edits
 * never name.
 */
export async function editSegments(
  context: Context,
  tx: Tx,
  userId: string,
  transcriptionId: string,
  texts: ReadonlyMap<number, string>,
) {
  const locked = await lockTranscription(tx, userId, transcriptionId);
  let changed = false;
  for (const [number, text] of texts)
    if (await writeSegment(tx, userId, transcriptionId, number, { text })) changed = true;
  if (changed) await rewriteText(context, tx, userId, transcriptionId, locked);
}

/** Two edits at once take turns: both rewrite the whole text. */
async function lockTranscription(tx: Tx, userId: string, transcriptionId: string) {
  const locked = await tx
    .selectFrom("transcriptions")
    .select(["completed_at", "text", "recording_id"])
    .where("user_id", "=", userId)
    .where("id", "=", transcriptionId)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) fail("not-found");
  if (!locked.completed_at)
    fail("conflict", {
      message: "This transcript is still being made. Please edit it when it is ready.",
    });
  return locked;
}

/** @returns whether anything changed. */
async function writeSegment(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  number: number,
  edit: SegmentEdit,
) {
  const segment = (await findSegment(tx, userId, transcriptionId, number)) ?? fail("not-found");
  const { original } = segment;
  if ("was" in edit && edit.was !== undefined && edit.was !== segment.text)
    fail("changed-meanwhile");
  const text =
    "undo" in edit
      ? (original?.text ?? segment.text)
      : edit.text.normalize("NFC").replace(/\s+/g, " ").trim();
  if (text === segment.text) return false;
  const isOriginal = original !== null && text === original.text;
  const words = isOriginal
    ? original.words
    : retimeWords(segment.words as Word[] | null, text, segment.start, segment.end);
  await tx
    .updateTable("transcription_segments")
    .set({
      text,
      words: words && JSON.stringify(words),
      line_breaks: isOriginal ? (original.line_breaks ?? null) : null,
      original: isOriginal ? null : JSON.stringify(original ?? asItCame(segment)),
    })
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .where("number", "=", number)
    .execute();
  return true;
}

function asItCame({ text, words, line_breaks }: SegmentRow): OriginalValue {
  return { text, words, ...(line_breaks && { line_breaks }) };
}

/** A transcript whose every edit was undone is not edited. */
async function rewriteText(
  context: Context,
  tx: Tx,
  userId: string,
  transcriptionId: string,
  { text: before, recording_id }: { text: string; recording_id: string },
) {
  const segments = await tx
    .selectFrom("transcription_segments")
    .select(["text", sql<boolean>`original is not null`.as("is_edited")])
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .orderBy("number")
    .execute();
  const text = segments.map((segment) => segment.text).join("\n");
  await tx
    .updateTable("transcriptions")
    .set({ text, edited_at: segments.some(({ is_edited }) => is_edited) ? sql<Date>`now()` : null })
    .where("user_id", "=", userId)
    .where("id", "=", transcriptionId)
    .execute();
  await moveCitations(tx, userId, { transcription_id: transcriptionId }, before, text);
  await indexTranscription(context, tx, userId, transcriptionId, indexSoon);
  const { subject } = await tx
    .selectFrom("recordings")
    .select("subject")
    .where("user_id", "=", userId)
    .where("id", "=", recording_id)
    .executeTakeFirstOrThrow();
  await mineLater(tx, userId, subject);
  await notifyChanged(tx, userId, {
    kind: "transcription",
    id: transcriptionId,
    change: "updated",
  });
}
