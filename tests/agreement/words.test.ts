/**
 * The same searches give the same on every server: the embedded PostgreSQL 18, an 18 whose locale knows ASCII only, and
 * Debian's 15.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { connect } from "#database/connect.ts";
import { upgrade } from "#database/migrate.ts";
import { startTestServer, register, startTestApp, type Student } from "#tests/support/app.ts";
import { startPostgresql15 } from "#tests/support/postgresql-15.ts";
import { OWN_SETS, readShared, type SearchSet } from "#tests/support/search-sets.ts";

const SETS = [...OWN_SETS, ...readShared<SearchSet>("searches.json")];
const SERVERS = {
  "embedded 18": undefined,
  "18 with an ASCII locale": "locale_provider libc lc_collate 'C' lc_ctype 'C'",
  "Debian's 15": "",
};

describe.each(Object.entries(SERVERS))("on %s", (name, locale) => {
  let url: string;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    if (locale === undefined) {
      const app = await startTestApp();
      url = app.url;
      stop = app.stop;
      return;
    }
    const fifteen = name.endsWith("15") ? await startPostgresql15() : undefined;
    const databaseUrl = await createDatabase(fifteen?.url ?? inject("serverUrl"), locale);
    await upgrade(databaseUrl);
    const folder = await mkdtemp(join(tmpdir(), "lm-words-"));
    const server = await startTestServer({ folder, databaseUrl });
    url = server.url;
    stop = async () => {
      await server.stop();
      await fifteen?.stop();
      await rm(folder, { recursive: true, force: true });
    };
  });
  afterAll(() => stop?.());

  test.each(SETS.map((set) => [`${set.kind}: ${set.note.title}`, set] as const))(
    "%s",
    async (_title, set) => {
      const student = await register(url);
      for (const note of [...(set.others ?? []), set.note]) await addNote(student, note);
      const wrong: string[] = [];
      for (const { q, finds } of set.queries) {
        const { status, body } = await student.get(`/search?${new URLSearchParams({ q })}`);
        expect(status, JSON.stringify(body)).toBe(200);
        const titles: string[] = set.titles
          ? body.titles.map(({ title }: { title: string }) => title)
          : body.items.map(({ source }: { source: { title: string } }) => source.title);
        const wanted = set.note.title.normalize("NFC");
        const right = finds ? titles[0] === wanted : !titles.includes(wanted);
        if (!right)
          wrong.push(`${q} ${finds ? "finds" : "does not find"} it: ${titles.join(", ")}`);
        if (finds && right && !set.titles && !/[-*]/.test(q))
          expect(body.items[0].highlights, q).not.toEqual([]);
      }
      expect(wrong).toEqual([]);
    },
  );

  test("an odd question is answered", async () => {
    const student = await register(url);
    await addNote(student, { title: "Osmosis", content: "Osmosis is active -transport of water." });
    const signs =
      "' \" \\ % _ &|! ( :* <-> \0 * - -a -\" a* ** 🙂 \u0301 \u202e '\\' \ufeff \ud800".split(" ");
    const long = ["a".repeat(1000), "x ".repeat(500), " ", '"unclosed', "'; drop table users; --"];
    const odd = [...signs, ...long, ...readShared<string>("odd-queries.json")];
    for (const q of odd) {
      const { status } = await student.get(`/search?${new URLSearchParams({ q })}&facets=true`);
      expect(status, JSON.stringify(q)).toBeLessThan(500);
    }
  });
});

async function addNote(student: Student, note: { title: string; content: string }) {
  const { status, body } = await student.post("/study-materials", note);
  expect(status, JSON.stringify(body)).toBe(201);
}

async function createDatabase(server: string, locale: string) {
  const url = new URL(server);
  url.pathname = `/lm_words_${randomBytes(6).toString("hex")}`;
  const client = await connect(server);
  await client.query(`create database ${url.pathname.slice(1)} template template0 ${locale}`);
  await client.end();
  return url.href;
}
