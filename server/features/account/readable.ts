/** The same for people: what a student opens without any program of ours. */
import { sql } from "kysely";
import type { Context, Tx } from "#server/context.ts";
import { exportConversation } from "#server/features/interactions/export-conversation.ts";
import { exportTranscription } from "#server/features/transcription/export-transcription.ts";
import type { EntryWriter } from "./write-suitcase.ts";

export async function writeReadable(
  context: Context,
  tx: Tx,
  userId: string,
  writer: EntryWriter,
  signal: AbortSignal,
) {
  const inside = { ...context, database: tx };
  for (const { id, title } of await listed(tx, userId, "transcriptions")) {
    signal.throwIfAborted();
    const { body } = await exportTranscription(inside, userId, id, "vtt");
    await writer.entry(`data/readable/recordings/${nameOf(title, id)}.vtt`, body);
  }
  for (const { id, title } of await listed(tx, userId, "study_materials")) {
    signal.throwIfAborted();
    const row = await tx
      .selectFrom("study_materials")
      .select("content")
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    await writer.entry(
      `data/readable/study-materials/${nameOf(title, id)}.md`,
      `# ${title.replace(/\s+/g, " ")}\n\n${row.content}\n`,
    );
  }
  for (const { id, title } of await listed(tx, userId, "conversations")) {
    signal.throwIfAborted();
    const { text } = await exportConversation(tx, userId, id, undefined);
    await writer.entry(`data/readable/conversations/${nameOf(title, id)}.md`, text);
  }
}

async function listed(
  tx: Tx,
  userId: string,
  table: "transcriptions" | "study_materials" | "conversations",
) {
  const { rows } =
    table === "transcriptions"
      ? await sql<{ id: string; title: string }>`
          select version.id, recording.title from transcriptions as version
          join recordings as recording on recording.user_id = version.user_id and recording.id = version.recording_id
          where version.user_id = ${userId} and version.is_current order by version.id`.execute(tx)
      : await sql<{ id: string; title: string }>`
          select id, title from ${sql.table(table)} where user_id = ${userId} order by id`.execute(
          tx,
        );
  return rows;
}

/** Readable, the same everywhere, and never two alike: letters that every file system takes, and the end of the id. */
function nameOf(title: string, id: string) {
  const plain = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${plain || "untitled"}-${id.slice(-12)}`;
}
