/** Articles with questions over their paragraphs (SQuAD's shape), as the notes of students of their own. */
import { readFile } from "node:fs/promises";
import type { Context } from "#server/context.ts";
import { embedPassages } from "#server/features/search/embed-passages.ts";
import { indexSource } from "#server/features/search/index-source.ts";
import { detectLanguage } from "#server/features/search/languages.ts";

export interface Article {
  title: string;
  paragraphs: { text: string; questions: { question: string; answers: string[] }[] }[];
}

export type BenchContext = Pick<
  Context,
  "database" | "embeddings" | "embeddingEngines" | "log" | "pgvector"
>;

export async function readArticles(path: string): Promise<Article[]> {
  return JSON.parse(await readFile(path, "utf8")) as Article[];
}

/** A student whose notes are these: one note for each paragraph, under its article's title. */
export async function addStudent(
  context: BenchContext,
  name: string,
  notes: { title: string; text: string }[],
): Promise<string> {
  const { database } = context;
  const { id: userId } = await database
    .insertInto("users")
    .values({ email: `${name}@example.org` })
    .returning("id")
    .executeTakeFirstOrThrow();
  for (const { title, text } of notes) {
    const language = detectLanguage(text) ?? null;
    const id = await database.transaction().execute(async (tx) => {
      const material = await tx
        .insertInto("study_materials")
        .values({ user_id: userId, title, kind: "note", content: text, language })
        .returning("id")
        .executeTakeFirstOrThrow();
      await indexSource(
        { embeddings: undefined },
        tx,
        userId,
        { study_material_id: material.id },
        { text, language, lineFeeds: "wrapped" },
      );
      return material.id;
    });
    if (context.embeddings)
      await embedPassages(
        context as Context,
        { user_id: userId, payload: { study_material_id: id } } as never,
        {
          signal: new AbortController().signal,
          write: (write: never) => database.transaction().execute(write),
        } as never,
      );
  }
  return userId;
}
