/** One student whose study materials are the articles of a set. */
import { join } from "node:path";
import { sql, type Kysely } from "kysely";
import type { Database } from "#database/types.ts";
import { embedPassages } from "#server/features/search/embed-passages.ts";
import { indexSource } from "#server/features/search/index-source.ts";
import { BUNDLED_MODEL, type Embeddings } from "#server/providers/embeddings/contract.ts";
import { createEmbeddings } from "#server/providers/embeddings/embeddings.ts";
import { textOf, type QuestionSet } from "./question-sets.ts";
import type { PassageRow } from "./ranked.ts";

export interface Student {
  id: string;
  materials: string[];
  passages: Map<string, PassageRow>;
}

export async function addStudent(database: Kysely<Database>, set: QuestionSet): Promise<Student> {
  const { id } = await database
    .insertInto("users")
    .values({ email: `${set.name}-${Math.random()}@example.org` })
    .returning("id")
    .executeTakeFirstOrThrow();
  const materials: string[] = [];
  const all = [set, ...set.beside].flatMap(({ language, articles }) =>
    articles.map((article) => ({ language, article })),
  );
  for (const { language, article } of all) {
    const text = textOf(article);
    await database.transaction().execute(async (tx) => {
      const material = await tx
        .insertInto("study_materials")
        .values({
          user_id: id,
          title: article.title,
          kind: "note",
          content: text,
          language,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      materials.push(material.id);
      await indexSource(
        { embeddings: undefined },
        tx,
        id,
        { study_material_id: material.id },
        { text, language, lineFeeds: "wrapped" },
      );
    });
  }
  await sql`analyze`.execute(database);
  const { rows } = await sql<Omit<PassageRow, "article"> & { study_material_id: string }>`
    select id, study_material_id, heading, text, start_offset, end_offset from passages where user_id = ${id}
    order by study_material_id, number`.execute(database);
  const passages = rows.map(({ study_material_id, ...row }) => ({
    ...row,
    article: materials.indexOf(study_material_id),
  }));
  return { id, materials, passages: new Map(passages.map((row) => [row.id, row])) };
}

/** The engine that comes with the product; undefined where it does not run. */
export async function openEngine(folder: string): Promise<Embeddings | undefined> {
  const [engine] = await createEmbeddings({
    engine: BUNDLED_MODEL,
    server: undefined,
    modelsDirs: [],
    cacheDir: join(folder, "cache"),
  });
  return engine;
}

export async function embedAll(
  database: Kysely<Database>,
  embeddings: Embeddings,
  student: Student,
) {
  await embeddings.start?.();
  for (const study_material_id of student.materials)
    await embedPassages(
      { database, embeddings, embeddingEngines: [embeddings] } as never,
      { user_id: student.id, payload: { study_material_id } } as never,
      {
        signal: new AbortController().signal,
        progress: () => {},
        write: (work) => database.transaction().execute(work),
      },
    );
  await sql`analyze passage_embeddings`.execute(database);
}
