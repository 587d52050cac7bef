/**
 * The page of each second, by words, and by meaning where both sides have vectors: it runs in the thread of
 * study-aside.ts, where nobody waits for it.
 */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { alignSlides, type ConfirmedSpan, type SlideSpan } from "./align-slides.ts";
import { likenessOf } from "./likeness.ts";
import { findDeck, findSlides, findSpeech, listConfirmed, listVectors } from "./queries.ts";
import { joinSentences, readDeck } from "./read-deck.ts";

/** Each step of the alignment looks at every page from every page: some 13 s of work in all. */
const MOST_WORK = 1e9;
const MOST_PAGES = 1000;
const MOST_SENTENCES = 20_000;

export interface Alignment {
  study_material_id: string;
  /** What it was made with. */
  confirmed: ConfirmedSpan[];
  spans: SlideSpan[];
}

/**
 * @param given.model of the vectors; undefined: by words alone.
 * @returns undefined while transcript or document are not there yet.
 * @throws Failure `conflict` for a document of too many pages.
 */
export async function findAlignment(
  { database }: Pick<Context, "database">,
  userId: string,
  { recording_id, model }: { recording_id: string; model: string | undefined },
): Promise<Alignment | undefined> {
  const slides = await findSlides(database, userId, recording_id);
  const speech = await findSpeech(database, userId, recording_id);
  if (!slides || !speech?.transcription_id) return undefined;
  const { study_material_id } = slides;
  const deck = await findDeck(database, userId, study_material_id);
  if (deck?.status !== "ready") return undefined;
  const page_count = deck.page_count ?? 0;
  if (page_count > MOST_PAGES)
    fail("conflict", {
      message: "A document of more than 1,000 pages is too long to be followed page by page.",
    });
  const duration = Math.max(speech.duration_seconds ?? 0, speech.segments.at(-1)?.end_seconds ?? 0);
  const { pages, sentences: said } = readDeck(
    { content: deck.content, sections: deck.sections, page_count },
    speech.segments,
    speech.language ?? deck.language,
  );
  const most = Math.min(MOST_SENTENCES, Math.floor(MOST_WORK / Math.max(1, page_count) ** 2));
  const sentences = joinSentences(said, most);
  const vectors =
    model !== undefined &&
    (await listVectors(database, userId, model, {
      transcriptionId: speech.transcription_id,
      studyMaterialId: study_material_id,
    }));
  const likeness = vectors
    ? likenessOf(vectors.speech, vectors.pages, sentences, pages.length)
    : undefined;
  const confirmed = await listConfirmed(database, userId, recording_id);
  return {
    study_material_id,
    confirmed,
    spans: alignSlides(pages, sentences, duration, { confirmed, likeness }),
  };
}
