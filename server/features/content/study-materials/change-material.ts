import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Row, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace, takeStorage } from "#server/features/quotas/take.ts";
import { indexSoon } from "#server/features/search/index-soon.ts";
import { mineLater } from "#server/features/vocabulary/start-mining.ts";
import { refuseOutdated } from "#server/http/if-match.ts";
import { knownSubject } from "../known-subjects.ts";
import { writeNote } from "./add-note.ts";
import { lineFeedsOf } from "./parsing/contract.ts";
import { findMaterial, lockMaterial, updateMaterial } from "./queries.ts";
import type { materialPatch } from "./shapes.ts";

/**
 * Another language means other word forms, and another text other passages: both are indexed again at once.
 * @param expected the `updated_at` that the change rests on
 * @throws Failure `not-found`, `changed-meanwhile`, `invalid-input`.
 */
export async function changeMaterial(
  context: Context,
  userId: string,
  id: string,
  patch: z.infer<typeof materialPatch>,
  expected?: string,
) {
  return context.database.transaction().execute(async (tx) => {
    const { content, text_encoding, ...values } = patch;
    if (values.tags) values.tags = [...new Set(values.tags)];
    if (values.subject) values.subject = await knownSubject(tx, userId, values.subject, [id]);
    if (content !== undefined) {
      const kept = (await findMaterial(tx, userId, id))?.content ?? "";
      const more = Buffer.byteLength(content) - Buffer.byteLength(kept);
      // What becomes shorter needs no space.
      if (more > 0) await takeStorage(context, tx, userId, more);
    }
    const isReadAgain =
      text_encoding !== undefined ||
      (patch.language !== undefined && isPicture(await findMaterial(tx, userId, id)));
    if (isReadAgain) await takeJobPlace(context, tx, userId, "parse-material");
    const state = (await lockMaterial(tx, userId, id)) ?? fail("not-found");
    refuseOutdated(state.updated_at, expected);
    const before = (await findMaterial(tx, userId, id)) ?? fail("not-found");
    if (content !== undefined && before.kind !== "note") {
      fail("invalid-input", {
        errors: [{ field: "content", message: "can be changed in a typed note only" }],
      });
    }
    if (text_encoding !== undefined) {
      if (before.text_encoding === null)
        fail("invalid-input", {
          errors: [{ field: "text_encoding", message: "can be changed of a text or a page only" }],
        });
      await readAgain(tx, userId, id, { text_encoding, text_encoding_found_by: "student" });
    }
    if (Object.keys(values).length > 0) await updateMaterial(tx, userId, id, values);
    if (values.subject !== undefined && values.subject !== before.subject) {
      await mineLater(tx, userId, before.subject);
      await mineLater(tx, userId, values.subject);
    }
    const language = patch.language === undefined ? before.language : patch.language;
    if (content !== undefined)
      await writeNote(context, tx, userId, id, {
        before: before.content,
        written: content,
        language,
      });
    else if (language !== before.language && isPicture(before)) await readAgain(tx, userId, id);
    else if (language !== before.language && before.status === "ready") {
      await indexSoon(
        context,
        tx,
        userId,
        { study_material_id: id },
        {
          text: before.content,
          language,
          sections: before.sections,
          lineFeeds: lineFeedsOf(before.kind),
        },
      );
    }
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "updated" });
    return (await findMaterial(tx, userId, id))!;
  });
}

/** What was recognised in a picture depends on the language in which it was read. */
function isPicture(material: Awaited<ReturnType<typeof findMaterial>>) {
  if (!material) return false;
  const { kind, pages_recognised, pages_without_text } = material;
  return kind === "image" || pages_recognised.length + pages_without_text.length > 0;
}

/**
 * The letters came out wrong: the file is kept as it came, and a job reads it in the encoding or the language that the
 * student names.
 */
async function readAgain(
  tx: Tx,
  userId: string,
  id: string,
  encoding?: Pick<Row<"study_materials">, "text_encoding" | "text_encoding_found_by">,
) {
  await updateMaterial(tx, userId, id, {
    ...encoding,
    status: "pending",
    error_code: null,
    error_message: null,
  });
  await enqueueJob(tx, {
    user_id: userId,
    job_type: "parse-material",
    payload: { study_material_id: id },
  });
}
