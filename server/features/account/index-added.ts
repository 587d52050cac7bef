/** Search over what came in: made again from the texts. */
import type { Context } from "#server/context.ts";
import { lineFeedsOf } from "#server/features/content/study-materials/parsing/contract.ts";
import type { Run } from "#server/features/jobs/contract.ts";
import { indexSource } from "#server/features/search/index-source.ts";

/** Every text of this student that has no passages yet, each in a transaction of its own. */
export async function indexAdded(context: Context, userId: string, run: Run) {
  const { database } = context;
  const spoken = await database
    .selectFrom("transcriptions")
    .select(["id", "text", "language"])
    .where("user_id", "=", userId)
    .where("is_current", "=", true)
    .where("text", "!=", "")
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("passages")
            .select("passages.id")
            .where("passages.user_id", "=", userId)
            .whereRef("passages.transcription_id", "=", "transcriptions.id"),
        ),
      ),
    )
    .execute();
  for (const { id, text, language } of spoken) {
    run.signal.throwIfAborted();
    const segments = await database
      .selectFrom("transcription_segments")
      .select(["text", "start_seconds", "end_seconds"])
      .where("user_id", "=", userId)
      .where("transcription_id", "=", id)
      .orderBy("number")
      .execute();
    await run.write((tx) =>
      indexSource(context, tx, userId, { transcription_id: id }, { text, language, segments }),
    );
  }
  const written = await database
    .selectFrom("study_materials")
    .select(["id"])
    .where("user_id", "=", userId)
    .where("status", "=", "ready")
    .where("content", "!=", "")
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("passages")
            .select("passages.id")
            .where("passages.user_id", "=", userId)
            .whereRef("passages.study_material_id", "=", "study_materials.id"),
        ),
      ),
    )
    .execute();
  for (const { id } of written) {
    run.signal.throwIfAborted();
    const row = await database
      .selectFrom("study_materials")
      .select(["content", "language", "sections", "kind"])
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .executeTakeFirst();
    if (!row) continue;
    await run.write((tx) =>
      indexSource(
        context,
        tx,
        userId,
        { study_material_id: id },
        {
          text: row.content,
          language: row.language,
          sections: row.sections,
          lineFeeds: lineFeedsOf(row.kind),
        },
      ),
    );
  }
}
