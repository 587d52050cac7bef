/**
 * Search by meaning on a PostgreSQL 15 that has pgvector, which `npm test` builds from Debian's source where it may.
 * Vectors are made so that the nearest passage has the furthest signature: only an order over more than three hundred
 * candidates finds it.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkDatabase } from "#database/check.ts";
import { connect } from "#database/connect.ts";
import { register, startTestServer, studentWith } from "#tests/support/app.ts";
import { startScriptedServer } from "#tests/support/openai-server.ts";
import { PGVECTOR, startPostgresql15 } from "#tests/support/postgresql-15.ts";

const LENGTH = 384;
/** The first value is what counts; the others are small, and their signs are the signature. */
const vectorOf = (text: string) =>
  text.includes("target") ? vector(1, 0.001) : vector(text.includes("decoy") ? 0.3 : 1, -0.001);

function vector(first: number, others: number) {
  // What is left of the length 1 points away from everything else.
  const values = Array<number>(LENGTH).fill(others);
  values[0] = first;
  values[LENGTH - 1] = Math.sign(others) * Math.sqrt(Math.max(0, 1 - first ** 2));
  return values;
}

it.runIf(existsSync(PGVECTOR))(
  "ranks without pgvector, and by it once the database has it, also what was there before",
  async () => {
    const engine = await startScriptedServer(({ body }) => {
      const { input, model } = JSON.parse(body.toString()) as { input: string[]; model: string };
      return {
        model,
        data: input.map((text, index) => ({ index, embedding: vectorOf(text) })),
        usage: { prompt_tokens: 1, total_tokens: 1 },
      };
    });
    const folder = await mkdtemp(join(tmpdir(), "lm-pgvector-"));
    const postgres = await startPostgresql15();
    const administrator = await connect(postgres.url);
    // A role that may make tables, but no extension; those that the schema needs are there.
    await administrator.query("create extension pg_trgm; create extension btree_gin");
    await administrator.query("create role plain login");
    await administrator.query("grant create on schema public to plain");
    const start = () =>
      startTestServer(
        { folder, databaseUrl: postgres.url.replace("postgres@", "plain@") },
        { LM_EMBEDDINGS_URL: `${engine.url}/v1`, LM_EMBEDDINGS_MODEL: "made-up" },
      );
    let server = await start();
    try {
      const before = await register(server.url);
      const add = async (student: typeof before, title: string, content: string) => {
        const { status } = await student.post("/study-materials", { title, content });
        expect(status).toBe(201);
      };
      const search = async (student: typeof before, q: string) =>
        (await student.get(`/search?q=${q}`)).body.items.map(
          (hit: { source: { title: string } }) => hit.source.title,
        );
      const embedded = async (condition = "") =>
        (await administrator.query(`select from passage_embeddings ${condition}`)).rowCount!;

      const parts = Array.from({ length: 350 }, (_, n) => `# Part ${n}\n\nA decoy, number ${n}.`);
      await add(before, "Decoys", parts.join("\n\n"));
      await add(before, "Found", "The target.");
      await expect.poll(embedded).toBe(351);
      expect(new Set(await search(before, "unheard"))).toEqual(new Set(["Decoys"]));

      await administrator.query("create extension vector");
      await server.stop();
      server = await start();
      const after = studentWith(server.url, before);
      expect(await embedded("where half_vector is null")).toBe(0);
      expect(await search(after, "unheard")).toEqual(["Found"]);
      await add(after, "Later", "The target again.");
      await expect.poll(() => search(after, "unheard")).toHaveLength(2);
      expect((await checkDatabase(postgres.url)).database).toEqual([]);

      // The same name for a model of another length: its vectors are no error, they are near to nothing.
      engine.answer(() => ({
        model: "made-up",
        data: [{ index: 0, embedding: [1, 0, 0] }],
        usage: { prompt_tokens: 1, total_tokens: 1 },
      }));
      expect(await search(after, "decoy")).toContain("Decoys");
    } finally {
      await server.stop();
      await administrator.end();
      await postgres.stop();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
