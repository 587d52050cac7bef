/**
 * `npm run bench tutor-quotes [-- FILE --every 4 --words]`: the tutor without a language model over articles with
 * questions (SQuAD's shape; the default is ../shared/questions/tuning.json). Share of questions whose quotations hold
 * the answer (the first; any), share without an answer, share of honest answers to questions whose article was taken
 * away (each article alone, and several halves), and literal quotations. `--words` leaves the embedding engine out;
 * `--every` asks each n-th question.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sql } from "kysely";
import pino from "pino";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import type { Context } from "#server/context.ts";
import { answerByQuotes } from "#server/features/interactions/quote-answer.ts";
import { createEmbeddings } from "#server/providers/embeddings/embeddings.ts";
import { addStudent, readArticles, type Article } from "./answers/materials.ts";
import { machine } from "./product/machine.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: "string", default: "4" },
    words: { type: "boolean", default: false },
  },
});
const path = positionals[0] ?? "../shared/questions/tuning.json";
if (!existsSync(path)) {
  console.error(`There is no ${path}: give a file in SQuAD's shape.`);
  process.exit(1);
}
const EVERY = Number(values.every);
const folder = await mkdtemp(join(tmpdir(), "lm-bench-"));
const server = await startEmbedded({ dataDir: join(folder, "postgres"), log: () => {} });
await upgrade(server.url);
const database = openDatabase(server.url, { max: 4 });
const [engine] = await createEmbeddings({
  engine: values.words ? "off" : "auto",
  server: undefined,
  modelsDirs: [],
  cacheDir: join(folder, "cache"),
});
// The same paragraph stands in the materials of many students here: its vector is made once.
const vectors = new Map<string, Float32Array>();
const embeddings: Context["embeddings"] = engine && {
  ...engine,
  async embed(texts, purpose, signal) {
    const missing = [...new Set(texts)].filter((text) => !vectors.has(text));
    const made = missing.length > 0 ? await engine.embed(missing, purpose, signal) : [];
    missing.forEach((text, i) => vectors.set(text, made[i]!));
    return texts.map((text) => vectors.get(text)!);
  },
};
const context = {
  database,
  embeddings,
  embeddingEngines: embeddings ? [embeddings] : [],
  pgvector: false,
  log: pino({ level: "error" }),
} as unknown as Context;
const SCOPE = { subject: null, source_kind: null, source_id: null };

try {
  await engine?.start?.();
  const articles = await readArticles(path);
  const all = articles.map((_, i) => i);
  const everything = await addStudent(context, "all", notesOf(articles, all));
  await sql`analyze`.execute(database);
  const asked = all.flatMap((article) =>
    articles[article]!.paragraphs.flatMap(({ questions }) =>
      questions.map((question) => ({ ...question, article })),
    ),
  );
  const answerable = asked.filter(({ answers }) => answers.length > 0);
  const sample = <T>(list: T[], n: number) => list.filter((_, i) => i % n === 0);

  const times: number[] = [];
  let first = 0;
  let any = 0;
  let silent = 0;
  let quotes = 0;
  let literal = 0;
  const texts = new Map<string, string>();
  const { rows } = await sql<{ id: string; content: string }>`
    select id, content from study_materials where user_id = ${everything}`.execute(database);
  for (const { id, content } of rows) texts.set(id, content);
  const tuned = sample(answerable, EVERY);
  for (const { question, answers } of tuned) {
    const started = performance.now();
    const { citations } = await answerByQuotes(context, everything, SCOPE, question);
    times.push(performance.now() - started);
    const holds = citations.map(({ quote }) =>
      answers.some((answer) => plain(quote).includes(plain(answer))),
    );
    if (citations.length === 0) silent += 1;
    if (holds[0]) first += 1;
    if (holds.includes(true)) any += 1;
    for (const { quote, source, start_offset, end_offset } of citations) {
      quotes += 1;
      if (texts.get(source.id!)?.slice(start_offset, end_offset) === quote) literal += 1;
    }
    if (process.env["SHOW"] && !holds.includes(true))
      console.log(
        citations.length === 0 ? "SILENT" : "WRONG",
        question,
        "|",
        answers[0],
        "|",
        citations[0]?.quote.slice(0, 150),
      );
  }
  const impossible = sample(
    asked.filter(({ answers }) => answers.length === 0),
    EVERY * 2,
  );
  let refused = 0;
  for (const { question } of impossible) {
    const { citations } = await answerByQuotes(context, everything, SCOPE, question);
    if (citations.length === 0) refused += 1;
  }

  const half = all.length / 2;
  const halves = [
    all.slice(0, half),
    all.slice(half),
    all.filter((i) => i % 2 === 0),
    all.filter((i) => i % 2 === 1),
  ];
  const honest: Record<string, number> = {};
  for (const [i, removed] of [...all.map((article) => [article]), ...halves].entries()) {
    const name = removed.map((article) => articles[article]!.title).join(", ");
    const student = await addStudent(
      context,
      `split${i}`,
      notesOf(
        articles,
        all.filter((article) => !removed.includes(article)),
      ),
    );
    await sql`analyze`.execute(database);
    const questions = sample(
      answerable.filter(({ article }) => removed.includes(article)),
      EVERY,
    );
    let told = 0;
    for (const { question } of questions) {
      const { citations, content } = await answerByQuotes(context, student, SCOPE, question);
      if (citations.length === 0) told += 1;
      else if (process.env["SHOW"])
        console.log("INVENTS", name, "|", question, "|", content.slice(0, 200));
    }
    honest[name] = round(told / questions.length);
  }

  times.sort((a, b) => a - b);
  const of = (count: number) => round(count / tuned.length);
  const goal = (name: string, value: number, least: number) => ({
    name,
    value,
    goal: `at least ${least}`,
    met: value >= least,
  });
  console.log(
    JSON.stringify({
      bench: "tutor-quotes",
      machine,
      figures: {
        meaning: engine?.model ?? "off",
        questions: tuned.length,
        first: of(first),
        any: of(any),
        silent: of(silent),
        literal: round(literal / quotes),
        quotes,
        refused_where_the_paragraph_does_not_say: round(refused / impossible.length),
        honest,
        ms: {
          p50: round(times[times.length >> 1]!),
          p95: round(times[Math.floor(times.length * 0.95)]!),
        },
      },
      goals: [
        goal("first quotation holds the answer", of(first), 0.7),
        goal("any quotation holds the answer", of(any), 0.8),
        goal("questions with an answer", round(1 - silent / tuned.length), 0.9),
        goal(
          "honest on the worst choice of removed articles",
          Math.min(...Object.values(honest)),
          0.95,
        ),
        goal("literal quotations", round(literal / quotes), 1),
      ],
    }),
  );
} finally {
  engine?.close?.();
  await database.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function notesOf(articles: Article[], chosen: number[]) {
  return chosen.flatMap((article) =>
    articles[article]!.paragraphs.map(({ text }) => ({ title: articles[article]!.title, text })),
  );
}

function plain(text: string) {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
