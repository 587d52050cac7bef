/** A text becomes searchable at once where that is quick, and by a job where it would keep others waiting. */
import type { Context, Tx } from "#server/context.ts";
import type { SourceRef } from "#server/features/citations/citations.ts";
import { lineFeedsOf } from "#server/features/content/study-materials/parsing/contract.ts";
import { findMaterial } from "#server/features/content/study-materials/queries.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import type { TextToCut } from "./cut-passages.ts";
import { forgetPassages, indexSource } from "./index-source.ts";
import { indexTranscription } from "./index-transcription.ts";

/** Indexed in some 20 ms; a typed page has 3,000 characters. */
const AT_ONCE = 20_000;

/**
 * In the transaction that wrote the text. The old passages quote a text that is gone: they go at once, whoever makes
 * the new ones.
 */
export async function indexSoon(
  context: Pick<Context, "embeddings">,
  tx: Tx,
  userId: string,
  source: SourceRef,
  content: TextToCut,
): Promise<{ passages: number }> {
  if (content.text.length <= AT_ONCE) return indexSource(context, tx, userId, source, content);
  await forgetPassages(tx, userId, source);
  const payload = source.transcription_id
    ? { transcription_id: source.transcription_id }
    : { study_material_id: source.study_material_id! };
  await enqueueJob(tx, { user_id: userId, job_type: "index-source", payload, priority: 5 });
  return { passages: 0 };
}

export async function runIndexing(context: Context, job: ClaimedJob<"index-source">, run: Run) {
  const userId = job.user_id;
  const { payload } = job;
  if ("transcription_id" in payload)
    return run.write((tx) =>
      indexTranscription(context, tx, userId, payload.transcription_id, indexSource),
    );
  return run.write(async (tx) => {
    const material = await findMaterial(tx, userId, payload.study_material_id);
    // Deleted, or being read again, meanwhile.
    if (!material) return { passages: 0 };
    const { content: text, language, sections, kind } = material;
    return indexSource(context, tx, userId, payload, {
      text,
      language,
      sections,
      lineFeeds: lineFeedsOf(kind),
    });
  });
}
