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
  return indexLater(tx, userId, source);
}

async function indexLater(
  tx: Tx,
  userId: string,
  source: SourceRef,
): Promise<{ passages: number }> {
  await forgetPassages(tx, userId, source);
  const payload = source.transcription_id
    ? { transcription_id: source.transcription_id }
    : { study_material_id: source.study_material_id! };
  await enqueueJob(tx, { user_id: userId, job_type: "index-source", payload, priority: 5 });
  return { passages: 0 };
}

/** Two three-hour lectures have some 300,000 characters; at the pace of AT_ONCE this is 0.4 s. */
const BACK_AT_ONCE = 400_000;

/**
 * Several whose text is there again, as from the bin: at once as far as that is quick together, the rest by jobs.
 * Passages that there may be are replaced.
 */
export async function indexBack(
  context: Pick<Context, "embeddings">,
  tx: Tx,
  userId: string,
  sources: SourceRef[],
) {
  let left = BACK_AT_ONCE;
  const index: typeof indexSource = (of, inside, owner, source, content) => {
    if (content.text.length > left) return indexLater(inside, owner, source);
    left -= content.text.length;
    return indexSource(of, inside, owner, source, content);
  };
  for (const source of sources) {
    if (source.transcription_id)
      await indexTranscription(context, tx, userId, source.transcription_id, index);
    else await indexMaterial(context, tx, userId, source.study_material_id!, index);
  }
}

export async function runIndexing(context: Context, job: ClaimedJob<"index-source">, run: Run) {
  const userId = job.user_id;
  const { payload } = job;
  if ("transcription_id" in payload)
    return run.write((tx) =>
      indexTranscription(context, tx, userId, payload.transcription_id, indexSource),
    );
  return run.write((tx) =>
    indexMaterial(context, tx, userId, payload.study_material_id, indexSource),
  );
}

async function indexMaterial(
  context: Pick<Context, "embeddings">,
  tx: Tx,
  userId: string,
  id: string,
  index: typeof indexSource,
): Promise<{ passages: number }> {
  const material = await findMaterial(tx, userId, id);
  // Deleted, or being read again, meanwhile.
  if (!material) return { passages: 0 };
  const { content: text, language, sections, kind } = material;
  return index(
    context,
    tx,
    userId,
    { study_material_id: id },
    { text, language, sections, lineFeeds: lineFeedsOf(kind) },
  );
}
