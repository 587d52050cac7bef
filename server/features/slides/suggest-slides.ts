/** Documents that may have been shown in a recording; in the thread of study-aside.ts, for it reads whole texts. */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { LIKELY, pairsSaid } from "./match-deck.ts";
import { findDeck, findSpeech, rankDecks } from "./queries.ts";
import { readDeck } from "./read-deck.ts";

/** A book has a hundred times the words of a lecture: no share of it worth the name is said. */
const MOST_CHARACTERS = 400_000;
const MOST_OFFERED = 5;

/**
 * Of the documents that share the most rare words, those whose words are said as they stand there; the likeliest first.
 * @throws Failure `not-found`.
 */
export async function suggestSlides(
  { database }: Pick<Context, "database">,
  userId: string,
  { recording_id }: { recording_id: string },
) {
  const speech = (await findSpeech(database, userId, recording_id)) ?? fail("not-found");
  const offered = [];
  for (const deck of await rankDecks(database, userId, recording_id)) {
    const text = await findDeck(database, userId, deck.study_material_id);
    if (!text || text.content.length > MOST_CHARACTERS) continue;
    const { content, sections, page_count } = text;
    const { pages, sentences } = readDeck(
      { content, sections, page_count: page_count ?? 0 },
      speech.segments,
      speech.language ?? text.language,
    );
    offered.push({ ...deck, likeness: pairsSaid(pages, sentences) });
  }
  return offered
    .filter(({ likeness }) => likeness >= LIKELY)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, MOST_OFFERED);
}
