/**
 * `npm run bench teach-back`: explanations in students' own words, each sentence with the statement of the source that
 * it says, or none. How many of the covered statements are found, and how many of the others are called covered, by
 * words alone and by words and meaning. The weights of compare-meaning.ts are from `explanations.json`; `held-out.json`
 * was written after them.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { parsePdf } from "#server/features/content/study-materials/parsing/pdf.ts";
import { compareMeaning } from "#server/features/study/quizzes/compare-meaning.ts";
import { teachBack } from "#server/features/study/quizzes/teach-back.ts";
import { readCaptions } from "#server/features/transcription/captions/read-captions.ts";
import { openEngine } from "./answers/student.ts";
import { machine } from "./product/machine.ts";

interface Explanation {
  lecture?: string;
  sample?: string;
  /** A sentence, and the beginning of the statement that it says. */
  said: [text: string, statement?: string][];
}

const LECTURES = fileURLToPath(new URL("../../shared/lectures/", import.meta.url));
const SAMPLES = fileURLToPath(new URL("../samples/", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "lm-teach-back-"));
const server = await startEmbedded({ dataDir: join(folder, "postgres"), log: () => {} });
await upgrade(server.url);
const database = openDatabase(server.url, { max: 2 });
const embeddings = await openEngine(folder);
const context = { database, embeddings, log: { warn: console.error } } as never;

try {
  const { id: userId } = await database
    .insertInto("users")
    .values({ email: "student@example.org" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const sets = {
    tuned: await measure(userId, "explanations.json"),
    held_out: await measure(userId, "held-out.json"),
  };
  const { words, words_and_meaning: both } = sets.held_out;
  console.log(
    JSON.stringify({
      bench: "teach-back",
      machine,
      figures: sets,
      goals: [
        goal(
          "covered statements found, held out",
          both.recall,
          Math.min(1, words.recall + 0.2),
          true,
        ),
        goal("others called covered, held out", both.wrong, 0.1, false),
      ],
    }),
  );
} finally {
  embeddings?.close?.();
  await database.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(userId: string, file: string) {
  const explanations = JSON.parse(
    await readFile(new URL(`teach-back/${file}`, import.meta.url), "utf8"),
  ) as Explanation[];
  const rates = { words: rate(), words_and_meaning: rate() };
  const contradicted = { words: 0 };
  let milliseconds = 0;
  for (const explanation of explanations) {
    const content = await textOf(explanation);
    if (content === undefined) continue;
    const { id } = await database
      .insertInto("study_materials")
      .values({ user_id: userId, title: file, kind: "note", content, language: "en" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const text = explanation.said.map(([sentence]) => sentence).join(" ");
    const source = { kind: "study_material" as const, id };
    const byWords = await teachBack(context, userId, { source, text });
    const started = performance.now();
    const byBoth = await compareMeaning(context, byWords, text);
    milliseconds = Math.max(milliseconds, performance.now() - started);
    contradicted.words += byWords.contradicted.length;
    const starts = explanation.said.flatMap(([, start]) => (start ? [start] : []));
    const all = [...byWords.covered, ...byWords.missed, ...byWords.contradicted];
    for (const start of starts)
      if (!all.some(({ statement }) => statement.startsWith(start)))
        console.error(`no key statement begins with "${start}"`);
    for (const [made, sum] of [
      [byWords, rates.words],
      [byBoth, rates.words_and_meaning],
    ] as const)
      for (const { statement } of all) {
        const isSaid = starts.some((start) => statement.startsWith(start));
        const isFound = made.covered.some((one) => one.statement === statement);
        sum.of += Number(isSaid);
        sum.others += Number(!isSaid);
        sum.found += Number(isSaid && isFound);
        sum.calledCovered += Number(!isSaid && isFound);
        if (!isSaid && isFound && made === byBoth) console.error(`wrongly covered: ${statement}`);
      }
  }
  return {
    words: shown(rates.words),
    words_and_meaning: shown(rates.words_and_meaning),
    contradicted: contradicted.words,
    slowest_ms: Math.round(milliseconds),
  };
}

function rate() {
  return { found: 0, of: 0, calledCovered: 0, others: 0 };
}

function shown({ found, of, calledCovered, others }: ReturnType<typeof rate>) {
  const two = (share: number) => Math.round(100 * share) / 100;
  return {
    found: `${found} of ${of}`,
    recall: two(found / Math.max(1, of)),
    called_covered: `${calledCovered} of ${others}`,
    wrong: two(calledCovered / Math.max(1, others)),
  };
}

function goal(name: string, value: number, wanted: number, atLeast: boolean) {
  return { name, value, goal: wanted, met: atLeast ? value >= wanted : value <= wanted };
}

/** Undefined where the shared folder is not there. */
async function textOf({ lecture, sample }: Explanation) {
  if (sample?.endsWith(".pdf"))
    return (await parsePdf(join(SAMPLES, sample), undefined, () => {})).content;
  if (sample) return readFile(join(SAMPLES, sample), "utf8");
  const path = join(LECTURES, lecture!, "captions.srt");
  if (!existsSync(path)) return undefined;
  const { segments } = readCaptions(await readFile(path));
  return segments.map(({ text }) => text).join(" ");
}
