/**
 * What the second wall costs: the same calls as the server's role behind row-level security, told for whom, and as the
 * owner of the tables past it, untold; turn and turn about in one process on one database, over connections that keep
 * statements, as the server's own. `-- --students 50` for more rows (1,000 a table each).
 *
 * What a call takes is told twice: by the clock, and by the processor time of this process and of the database's that
 * serves the connection (Linux: /proc). The clock also counts who else uses the machine, so that the goals are for the
 * processor's time.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sql, type Kysely } from "kysely";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { actAs, asOwner } from "#database/principal.ts";
import { raiseRoles } from "#database/roles.ts";
import { seedScale } from "#database/seeds/scale.ts";
import type { Database } from "#database/types.ts";
import { findUser } from "#server/features/authentication/queries.ts";
import { findLiveCaller } from "#server/features/authentication/sessions.ts";
import { findEvidence } from "#server/features/interactions/find-passages.ts";
import { readQuestion } from "#server/features/interactions/read-question.ts";
import { searchPassages } from "#server/features/search/search-passages.ts";
import { machine } from "./product/machine.ts";
import { median } from "./product/median.ts";

const { values } = parseArgs({
  options: {
    students: { type: "string", default: "20" },
    rounds: { type: "string", default: "300" },
  },
});
const ROUNDS = Number(values.rounds);
type Taken = Awaited<ReturnType<typeof measure>>;

const folder = await mkdtemp(join(tmpdir(), "lm-bench-isolation-"));
const server = await startEmbedded({ dataDir: join(folder, "postgres") });
await upgrade(server.url);
await seedScale(server.url, Number(values.students));
const roles = await raiseRoles({ url: server.url, directUrl: server.url });
const open = openDatabase(server.url, { max: 1, keepStatements: true });
const walled = openDatabase(roles.serverUrl, { max: 1, keepStatements: true });

/** Processor time of whoever serves this connection, in milliseconds. */
async function watchProcess(database: Kysely<Database>) {
  const { rows } = await sql<{ id: number }>`select pg_backend_pid() as id`.execute(database);
  return async () =>
    Number((await readFile(`/proc/${rows[0]!.id}/schedstat`, "utf8")).split(" ")[0]) / 1e6;
}

/** By the clock and by the processor, in milliseconds. */
async function measure(run: () => Promise<unknown>, processTime: () => Promise<number>) {
  const before = await processTime();
  const own = process.cpuUsage();
  const started = performance.now();
  await run();
  const clock = performance.now() - started;
  const { user, system } = process.cpuUsage(own);
  return { clock, processor: (await processTime()) - before + (user + system) / 1000 };
}

try {
  const { rows } = await sql<{ user_id: string; family_id: string }>`
    select user_id, family_id from refresh_tokens limit 1`.execute(open);
  const { user_id: userId, family_id: sessionId } = rows[0]!;
  const scope = { subject: null, source_kind: null, source_id: null };
  const calls: Record<string, (database: Kysely<Database>, round: number) => Promise<unknown>> = {
    // What GET /auth/me runs: who asks, and the answer.
    smallest: async (database) => {
      await findLiveCaller(database, userId, sessionId);
      return findUser(database, userId);
    },
    search: (database, n) =>
      searchPassages({ database } as never, userId, {
        q: `lecture topic${n % 300} detail${n}`,
        limit: 20,
      }),
    question: (database, n) =>
      findEvidence(
        { database } as never,
        userId,
        scope,
        readQuestion(`What did the lecture say about topic${n % 300} and detail${n}?`),
      ),
  };
  const processes = { past: await watchProcess(open), behind: await watchProcess(walled) };
  const figures: Record<string, number> = {};
  for (const [name, call] of Object.entries(calls)) {
    const taken = { past: [] as Taken[], behind: [] as Taken[] };
    for (let n = -20; n < ROUNDS; n += 1) {
      const turns = [
        ["past", () => actAs({}, () => call(open, n))],
        ["behind", () => asOwner(userId, () => call(walled, n))],
      ] as const;
      // Who comes first finds colder caches: each is first every other time.
      for (const [side, run] of n % 2 === 0 ? turns : turns.toReversed()) {
        const took = await measure(run, processes[side]);
        if (n >= 0) taken[side].push(took);
      }
    }
    for (const by of ["clock", "processor"] as const) {
      // Two calls that follow each other meet the same load of the machine: what differs between them is the wall's.
      const differences = taken.behind.map((behind, n) => behind[by] - taken.past[n]![by]);
      const past = median(taken.past.map((each) => each[by]));
      figures[`${name}_${by}_past_ms`] = round(past);
      figures[`${name}_${by}_cost_ms`] = round(median(differences));
      figures[`${name}_${by}_ratio`] = round((past + median(differences)) / past);
    }
    console.error(`${name} is measured`);
  }
  const at = (name: string, most: number) => ({
    name: name.replaceAll("_", " "),
    value: figures[name]!,
    goal: `at most ${most}`,
    met: figures[name]! <= most,
  });
  const goals = [
    at("smallest_processor_cost_ms", 0.3),
    at("search_processor_ratio", 1.05),
    at("question_processor_ratio", 1.05),
  ];
  console.log(JSON.stringify({ bench: "isolation", machine, figures, goals }));
} finally {
  await open.destroy();
  await walled.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
