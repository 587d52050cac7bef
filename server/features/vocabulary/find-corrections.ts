/**
 * What a transcript misheard of the terms of its subject: it runs in the thread of study-aside.ts, where nobody waits
 * for it.
 */
import type { Context, Queryable } from "#server/context.ts";
import { baseLanguage } from "#server/features/search/word-forms.ts";
import { findTranscription, listSegments } from "#server/features/transcription/queries.ts";
import { createMisheardFinder, type Misheard } from "./find-misheard.ts";
import { readMaterials } from "./find-terms.ts";

/** A transcript that is wrong throughout is better made anew. */
const MOST_PROPOSALS = 500;

/** @returns the likeliest first; none where the transcript was deleted meanwhile. */
export async function findCorrections(
  { database }: Pick<Context, "database">,
  userId: string,
  { transcription_id: id, subject }: { transcription_id: string; subject: string | null },
): Promise<Misheard[]> {
  const transcription = await findTranscription(database, userId, id);
  if (!transcription) return [];
  const terms = await database
    .selectFrom("vocabulary_terms")
    .select(["id", "term"])
    .where("user_id", "=", userId)
    .where("subject", "=", subject ?? "")
    .where("is_removed", "=", false)
    .execute();
  const find = createMisheardFinder(
    terms,
    {
      known: await knownWords(database, userId, subject),
      language: baseLanguage(transcription.language),
    },
    transcription.text,
  );
  const segments = await listSegments(database, userId, id);
  // What the student wrote is not doubted.
  const found = segments.flatMap((segment) => (segment.original ? [] : find(segment)));
  return found.toSorted((a, b) => b.nearness - a.nearness).slice(0, MOST_PROPOSALS);
}

async function knownWords(database: Queryable, userId: string, subject: string | null) {
  const known = new Set<string>();
  for (const { text } of await readMaterials(database, userId, subject))
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}]{2,}/gu)) known.add(word);
  return known;
}
