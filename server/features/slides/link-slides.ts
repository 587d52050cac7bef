import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeJobPlace } from "#server/features/quotas/take.ts";
import type { SlideSpan } from "./align-slides.ts";
import {
  deleteSlides,
  findDeck,
  findSlides,
  findSpeech,
  listSpans,
  lockSlides,
  replaceSpans,
} from "./queries.ts";
import { realignRecording } from "./realign.ts";

/**
 * Slides that wait for a document which could not be read have failed as it has.
 * @throws Failure `not-found`.
 */
export async function getSlides(database: Queryable, userId: string, recordingId: string) {
  const { material_status, material_error_code, material_error_message, ...linked } =
    (await findSlides(database, userId, recordingId)) ?? fail("not-found");
  const slides =
    linked.status !== "ready" && material_status === "failed"
      ? {
          ...linked,
          status: "failed" as const,
          error_code: material_error_code,
          error_message: material_error_message,
        }
      : linked;
  const spans =
    slides.status === "ready" || slides.status === "pending"
      ? await listSpans(database, userId, recordingId)
      : [];
  const speech = await findSpeech(database, userId, recordingId);
  const shown = new Set(spans.map(({ page }) => page));
  return {
    ...slides,
    waits_for:
      slides.status === "ready" || slides.status === "failed"
        ? null
        : material_status !== "ready"
          ? ("study_material" as const)
          : speech?.transcription_id
            ? null
            : ("transcription" as const),
    spans,
    unspoken_pages:
      slides.status === "ready"
        ? Array.from({ length: slides.page_count ?? 0 }, (_, at) => at + 1).filter(
            (page) => !shown.has(page),
          )
        : [],
  };
}

/**
 * Another document takes the place of the one before, and what was confirmed of that one goes with it.
 * @throws Failure `not-found`; `invalid-input` when the document has no pages.
 */
export async function linkSlides(
  context: Context,
  userId: string,
  recordingId: string,
  studyMaterialId: string,
) {
  return context.database.transaction().execute(async (tx) => {
    await takeJobPlace(context, tx, userId, "align-slides");
    await findSpeech(tx, userId, recordingId).then((found) => found ?? fail("not-found"));
    const deck = (await findDeck(tx, userId, studyMaterialId)) ?? fail("not-found");
    const isRead = deck.status === "ready" || deck.status === "failed";
    if (isRead && !(deck.page_count && deck.page_count >= 1))
      fail("invalid-input", {
        message: "This document has no pages or slides. Choose a PDF or a presentation.",
        errors: [{ field: "study_material_id", message: "has no pages" }],
      });
    const before = await lockSlides(tx, userId, recordingId);
    if (before?.study_material_id !== studyMaterialId) {
      if (before) await deleteSlides(tx, userId, recordingId);
      await tx
        .insertInto("recording_slides")
        .values({ user_id: userId, recording_id: recordingId, study_material_id: studyMaterialId })
        .execute();
    }
    await realignRecording(tx, userId, recordingId);
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
    return getSlides(tx, userId, recordingId);
  });
}

/** @throws Failure `not-found`. */
export async function unlinkSlides(context: Context, userId: string, recordingId: string) {
  await context.database.transaction().execute(async (tx) => {
    (await deleteSlides(tx, userId, recordingId)) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
}

/**
 * What the student knows better: it holds at once and for good, and the rest is aligned around it.
 * @throws Failure `not-found`; `conflict` while there is nothing to correct yet; `invalid-input`.
 */
export async function correctSlides(
  context: Context,
  userId: string,
  recordingId: string,
  correction: { start_seconds: number; end_seconds?: number | undefined; page: number | null },
) {
  return context.database.transaction().execute(async (tx) => {
    const link = (await lockSlides(tx, userId, recordingId)) ?? fail("not-found");
    // In the bin nobody turns its pages.
    const deck = (await findDeck(tx, userId, link.study_material_id)) ?? fail("not-found");
    const spans = await listSpans(tx, userId, recordingId);
    if (spans.length === 0)
      fail("conflict", {
        message: "The slides are not aligned yet. Please wait a moment and try again.",
      });
    if (correction.page !== null && correction.page > (deck.page_count ?? 0))
      fail("invalid-input", {
        errors: [{ field: "page", message: `the document has ${deck.page_count ?? 0} pages` }],
      });
    const corrected = layOver(spans, correction);
    if (!corrected)
      fail("invalid-input", { errors: [{ field: "start_seconds", message: "is after the end" }] });
    await replaceSpans(tx, userId, recordingId, corrected);
    await alignRest(tx, userId, recordingId);
    return getSlides(tx, userId, recordingId);
  });
}

async function alignRest(tx: Tx, userId: string, recordingId: string) {
  await realignRecording(tx, userId, recordingId);
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

/** The spans with one laid over them; undefined when it lies outside of them. */
function layOver(
  spans: SlideSpan[],
  {
    start_seconds,
    end_seconds,
    page,
  }: { start_seconds: number; end_seconds?: number | undefined; page: number | null },
): SlideSpan[] | undefined {
  const under = spans.find(
    (span) => span.start_seconds <= start_seconds && start_seconds < span.end_seconds,
  );
  if (!under) return undefined;
  const end = Math.min(end_seconds ?? under.end_seconds, spans.at(-1)!.end_seconds);
  const cut = spans.flatMap((span) => [
    { ...span, end_seconds: Math.min(span.end_seconds, start_seconds) },
    { ...span, start_seconds: Math.max(span.start_seconds, end) },
  ]);
  return [...cut, { page, start_seconds, end_seconds: end, confirmed: true }]
    .filter((span) => span.end_seconds > span.start_seconds)
    .toSorted((a, b) => a.start_seconds - b.start_seconds);
}
