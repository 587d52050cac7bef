/**
 * `npm run bench answers [-- --questions 600 --set english]`: finds the passage that answers a question, as asked and
 * with the two rarest shared words taken out, beside a BM25 library and plain PostgreSQL over the same passages, by
 * words alone and with the embedding engine that comes with the product. English is SQuAD's tuning half where the
 * shared folder is present.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sql } from "kysely";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { searchPassages } from "#server/features/search/search-passages.ts";
import { questionsOf, readSets, type AskedQuestion } from "./answers/question-sets.ts";
import { rank, type Ask } from "./answers/ranked.ts";
import { addStudent, embedAll, openEngine, type Student } from "./answers/student.ts";
import { machine } from "./product/machine.ts";
import { winkBm25 } from "./search/wink-bm25.ts";

const { values } = parseArgs({
  options: {
    questions: { type: "string", default: "600" },
    set: { type: "string" },
  },
});
const folder = await mkdtemp(join(tmpdir(), "lm-bench-"));
const server = await startEmbedded({ dataDir: join(folder, "postgres"), log: () => {} });
await upgrade(server.url);
const database = openDatabase(server.url, { max: 4 });
const embeddings = await openEngine(folder);
const log = { warn: () => {}, info: () => {}, error: console.error };

try {
  const figures: Record<string, unknown> = {};
  const goals: { name: string; value: number; goal: number; met: boolean }[] = [];
  for (const set of readSets().filter(({ name }) => !values.set || name === values.set)) {
    const student = await addStudent(database, set);
    const questions = questionsOf(set, Number(values.questions));
    const search = (engine: typeof embeddings): Ask => {
      const embeddingEngines = engine ? [engine] : [];
      const context = {
        database,
        embeddings: engine,
        embeddingEngines,
        log,
        pgvector: false,
      } as never;
      return async (q) =>
        (await searchPassages(context, student.id, { q, plain: true, limit: 10 })).items.map(
          ({ id }) => id,
        );
    };
    const systems: Record<string, Ask> = {
      words: search(undefined),
      wink_bm25: winkBm25([...student.passages.values()]),
      postgres_or_ts_rank: plainPostgres(student, set.language),
    };
    if (embeddings && (embeddings.languages ?? [set.language]).includes(set.language)) {
      await embedAll(database, embeddings, student);
      systems["words_and_meaning"] = search(embeddings);
    }
    const ranks: Record<string, Awaited<ReturnType<typeof measure>>> = {};
    for (const [name, ask] of Object.entries(systems))
      ranks[name] = await measure(questions, student, ask);
    figures[set.name] = { passages: student.passages.size, questions: questions.length, ranks };
    const ours = ranks["words_and_meaning"] ?? ranks["words"]!;
    const bm25 = ranks["wink_bm25"]!;
    addGoal(
      `${set.name}: MRR above BM25's, as asked`,
      ours.as_asked.mrr_at_10 - bm25.as_asked.mrr_at_10,
      0.03,
    );
    addGoal(
      `${set.name}: MRR above BM25's, rare words removed`,
      ours.rare_removed.mrr_at_10 - bm25.rare_removed.mrr_at_10,
      0.06,
    );
  }
  console.log(
    JSON.stringify({
      bench: "answers",
      machine,
      figures,
      goals,
    }),
  );

  function addGoal(name: string, value: number, goal: number) {
    const rounded = Math.round(value * 1000) / 1000;
    goals.push({ name, value: rounded, goal, met: rounded >= goal });
  }
} finally {
  embeddings?.close?.();
  await database.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(questions: AskedQuestion[], student: Student, ask: Ask) {
  return {
    as_asked: await rank(questions, "q", ask, student.passages),
    rare_removed: await rank(questions, "without", ask, student.passages),
  };
}

/** What PostgreSQL gives by itself: any of the words, its own ranking. */
function plainPostgres({ id }: Student, language: string): Ask {
  const config = { en: "english", de: "german", fr: "french" }[language] ?? "simple";
  return async (q) => {
    const { rows } = await sql<{ id: string }>`
      with asked as (select replace(plainto_tsquery(${config}::regconfig, ${q})::text, '&', '|')::tsquery as query),
        plain as (select id, to_tsvector(${config}::regconfig, text) as vector from passages where user_id = ${id})
      select id from plain, asked where vector @@ query order by ts_rank(vector, query, 1) desc limit 10`.execute(
      database,
    );
    return rows.map((row) => row.id);
  };
}
