import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { moveCitations } from "#server/features/citations/move-citations.ts";
import { takeStorage } from "#server/features/quotas/take.ts";
import { indexSoon } from "#server/features/search/index-soon.ts";
import { detectLanguage } from "#server/features/search/languages.ts";
import { mineMaterialLater } from "#server/features/vocabulary/start-mining.ts";
import { knownSubject } from "../known-subjects.ts";
import { cleanText } from "./parsing/clean-text.ts";
import { headingSections } from "./parsing/markdown.ts";
import { findMaterial, insertMaterial, updateMaterial } from "./queries.ts";

export interface NewNote {
  title: string;
  content: string;
  subject?: string | undefined;
  language?: string | undefined;
}

/** A typed note is searchable when the answer comes; one as long as a book a moment later. */
export async function addNote(context: Context, userId: string, given: NewNote) {
  return context.database.transaction().execute(async (tx) => {
    await takeStorage(context, tx, userId, Buffer.byteLength(given.content));
    const { id } = await insertMaterial(tx, {
      user_id: userId,
      title: given.title,
      kind: "note",
      subject: (await knownSubject(tx, userId, given.subject)) ?? null,
      language: given.language ?? null,
    });
    await writeNote(context, tx, userId, id, {
      before: null,
      written: given.content,
      language: given.language,
    });
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "created" });
    return (await findMaterial(tx, userId, id))!;
  });
}

export async function writeNote(
  context: Context,
  tx: Tx,
  userId: string,
  id: string,
  {
    before,
    written,
    language,
  }: { before: string | null; written: string; language: string | null | undefined },
) {
  const content = cleanText(written);
  const sections = headingSections(content);
  const known = language ?? detectLanguage(content) ?? null;
  await updateMaterial(tx, userId, id, {
    content,
    sections: JSON.stringify(sections),
    language: known,
  });
  await moveCitations(tx, userId, { study_material_id: id }, before, content);
  await mineMaterialLater(tx, userId, id);
  await indexSoon(
    context,
    tx,
    userId,
    { study_material_id: id },
    { text: content, language: known, sections, lineFeeds: "wrapped" },
  );
}
