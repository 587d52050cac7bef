/**
 * A database whose passages were indexed by an older version: found as before at once, and by every word after a while.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { downgrade, upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { register, startTestServer, studentWith } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";

it("indexes again in the background what an older version indexed", async () => {
  const database = await createTestDatabase();
  const ownerDatabase = openDatabase(database.url, { max: 1 });
  const folder = await mkdtemp(join(tmpdir(), "lm-index-again-"));
  let server = await startTestServer({ folder, databaseUrl: database.url });
  try {
    const before = await register(server.url);
    for (let n = 0; n < 3; n += 1) {
      const { status } = await before.post("/study-materials", {
        title: `Note ${n}`,
        content: `L’élève ${n} étudie l’énergie des plantes et la chaleur.`,
      });
      expect(status).toBe(201);
    }
    // Else the sweep of the second start comes when ten minutes are over.
    await sql`delete from jobs where job_type = 'sweep-old-words'`.execute(ownerDatabase);
    await server.stop();
    // As the version before this one left it: cut by the server, counted by the triggers.
    await downgrade(database.url, { to: 10 });
    await upgrade(database.url);

    server = await startTestServer({ folder, databaseUrl: database.url });
    const student = studentWith(server.url, before);
    const count = async (q: string) =>
      (await student.get(`/search?${new URLSearchParams({ q })}`)).body.items.length;
    expect(await count("plantes")).toBe(3);
    const jobs = async () => {
      const { rows } = await sql<{ status: string; progress: number }>`
        select status, progress from jobs where job_type = 'index-again' and user_id = ${before.id}`.execute(
        ownerDatabase,
      );
      return rows;
    };
    await expect.poll(jobs).toEqual([{ status: "completed", progress: 1 }]);
    expect(await count('"l\'eleve"')).toBe(3);
    // The words that decide how rare each is were counted along.
    const { rows: counted } = await sql<{ word: string; passages: number }>`
      select word, passages from search_words where user_id = ${before.id} and passages > 0
      except
      select lexeme, count(*)::integer from passages, unnest(search_vector) where user_id = ${before.id}
      group by 1`.execute(ownerDatabase);
    expect(counted).toEqual([]);
  } finally {
    await server.stop();
    await ownerDatabase.destroy();
    await rm(folder, { recursive: true, force: true });
  }
});
