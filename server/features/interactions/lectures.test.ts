/**
 * Questions over six invented lectures in five languages, in the words of students: `cites` stands in one of the quotations; null means that
 * the lectures do not say.
 */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

interface Ask {
  q: string;
  cites: string | null;
}
interface Lectures {
  notes: { title: string; content: string }[];
  asks: Ask[];
  conversations: Ask[][];
}

const lectures = JSON.parse(
  await readFile(new URL("six-lectures.json", import.meta.url), "utf8"),
) as Lectures;
let app: TestApp;
let student: Student;

beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
  for (const note of lectures.notes) await student.post("/study-materials", note);
});
afterAll(() => app?.stop());

async function wrongOf(asks: Ask[]) {
  const wrong: string[] = [];
  const { id } = (await student.post("/conversations", {})).body;
  for (const { q, cites } of asks) {
    const { body } = await student.post(`/conversations/${id}/messages`, { content: q });
    const quotes = body.citations.map(({ quote }: any) => quote) as string[];
    const right =
      cites === null ? quotes.length === 0 : quotes.some((quote) => quote.includes(cites));
    if (!right) wrong.push(`${q} -> ${quotes.join(" | ")}`);
  }
  return wrong;
}

it("are answered from the sentence that says it, and those that nothing answers are not", async () => {
  const wrong: string[] = [];
  // Each in a conversation of its own: none leans on another.
  for (const ask of lectures.asks) wrong.push(...(await wrongOf([ask])));
  expect(wrong).toEqual([]);
});

it.each(lectures.conversations)("that follow $q are understood", async (...asks) => {
  expect(await wrongOf(asks.filter((ask) => typeof ask === "object"))).toEqual([]);
});
