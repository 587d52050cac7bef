import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  whyEnded,
} from "#server/features/jobs/contract.ts";
import { alignSlides } from "./align-slides.ts";
import { likenessOf } from "./likeness.ts";
import {
  findDeck,
  findSlides,
  findSpeech,
  listSpans,
  listVectors,
  lockSlides,
  replaceSpans,
  updateSlides,
} from "./queries.ts";
import { readDeck } from "./read-deck.ts";

/**
 * Finds the page of each second, by words, and by meaning where both sides have vectors. Ends without doing anything
 * while transcript or document are not there yet: what makes them, and their vectors, enqueues the job again
 * (`realign.ts`).
 */
export async function runAlignment(context: Context, job: ClaimedJob<"align-slides">, run: Run) {
  const { database } = context;
  const { userId, recordingId } = ownerAndId(job);
  const slides = await findSlides(database, userId, recordingId);
  const speech = await findSpeech(database, userId, recordingId);
  if (!slides || !speech?.transcription_id) return {};
  const deck = await findDeck(database, userId, slides.study_material_id);
  if (deck?.status !== "ready") return {};
  const duration = Math.max(speech.duration_seconds ?? 0, speech.segments.at(-1)?.end_seconds ?? 0);
  const { pages, sentences } = readDeck(
    {
      content: deck.content,
      sections: deck.sections,
      page_count: deck.page_count ?? 0,
    },
    speech.segments,
    speech.language ?? deck.language,
  );
  const vectors =
    context.embeddings &&
    (await listVectors(database, userId, context.embeddings.model, {
      transcriptionId: speech.transcription_id,
      studyMaterialId: slides.study_material_id,
    }));
  const likeness = vectors && likenessOf(vectors.speech, vectors.pages, sentences, pages.length);
  await run.write(async (tx) => {
    // Linked to another document, or not at all, meanwhile: that one's job does it.
    const now = await lockSlides(tx, userId, recordingId);
    if (now?.study_material_id !== slides.study_material_id) return;
    const confirmed = (await listSpans(tx, userId, recordingId)).filter((span) => span.confirmed);
    await replaceSpans(
      tx,
      userId,
      recordingId,
      alignSlides(pages, sentences, duration, { confirmed, likeness }),
    );
    await updateSlides(tx, userId, recordingId, { status: "ready" });
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
  return {};
}

export async function alignmentEnded(tx: Tx, job: JobOfUser<"align-slides">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  const { userId, recordingId } = ownerAndId(job);
  await updateSlides(tx, userId, recordingId, {
    status: "failed",
    ...whyEnded(outcome, "Finding the slides was cancelled."),
  });
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

export async function alignmentRetried(tx: Tx, job: JobOfUser<"align-slides">) {
  const { userId, recordingId } = ownerAndId(job);
  await updateSlides(tx, userId, recordingId, {
    status: "pending",
    error_code: null,
    error_message: null,
  });
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

function ownerAndId({ user_id, payload }: JobOfUser<"align-slides">) {
  return { userId: user_id, recordingId: payload.recording_id };
}
