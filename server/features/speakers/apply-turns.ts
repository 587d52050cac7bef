/** Transcripts take their speakers from the turns; called in the transaction of what changed. */
import { notifyChanged } from "#server/changes.ts";
import type { Tx } from "#server/context.ts";
import {
  listCompleteVersions,
  listSpokenSegments,
  listTurns,
  lockSearch,
  nameSegments,
  replaceTurns,
} from "./queries.ts";
import { layOver, speakerOf, type NamedTurn } from "./turns.ts";

/** A transcript that is new: segments that nobody is named for. */
export async function applyTurns(
  tx: Tx,
  userId: string,
  recordingId: string,
  transcriptionId: string,
) {
  const turns = await listTurns(tx, userId, recordingId);
  if (turns.length > 0) await nameBy(tx, userId, transcriptionId, turns, new Set());
}

/** Other turns than before: names that came from those give way, names of captions and by hand hold. */
export async function exchangeTurns(
  tx: Tx,
  userId: string,
  recordingId: string,
  turns: NamedTurn[],
) {
  const before = await listTurns(tx, userId, recordingId);
  const names = new Set(before.flatMap(({ name }) => name ?? []));
  await replaceTurns(tx, userId, recordingId, turns);
  for (const { id } of await listCompleteVersions(tx, userId, recordingId)) {
    await nameBy(tx, userId, id, turns, names);
    await notifyChanged(tx, userId, { kind: "transcription", id, change: "updated" });
  }
}

async function nameBy(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  turns: NamedTurn[],
  givingWay: Set<string>,
) {
  const segments = await listSpokenSegments(tx, userId, transcriptionId);
  const named = segments.flatMap((segment) => {
    const { number, speaker } = segment;
    if (speaker !== null && !givingWay.has(speaker)) return [];
    const now = speakerOf(segment, turns) ?? null;
    return now === speaker ? [] : [{ number, speaker: now }];
  });
  await nameSegments(tx, userId, transcriptionId, named);
}

/** One voice has another name: so it has in later transcripts, too. Null takes the voice away. */
export async function renameTurns(
  tx: Tx,
  userId: string,
  recordingId: string,
  from: string,
  to: string | null,
) {
  if (!(await lockSearch(tx, userId, recordingId))) return;
  await tx
    .updateTable("speaker_turns")
    .set({ name: to, ...(to === null && { confirmed: true }) })
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .where("name", "=", from)
    .execute();
}

/** Who speaks in this span, as the student says. */
export async function confirmTurn(
  tx: Tx,
  userId: string,
  recordingId: string,
  turn: Omit<NamedTurn, "confirmed">,
) {
  if (!(await lockSearch(tx, userId, recordingId)) || turn.end <= turn.start) return;
  const turns = await listTurns(tx, userId, recordingId);
  await replaceTurns(tx, userId, recordingId, layOver(turns, { ...turn, confirmed: true }));
}
