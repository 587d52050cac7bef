/**
 * Questions over seventeen invented lectures in six languages, in the words of students: `cites` stands in one of the
 * quotations; null means that the lectures do not say.
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

const read = async (name: string) =>
  JSON.parse(await readFile(new URL(name, import.meta.url), "utf8")) as Lectures;
const courses = [
  await read("six-lectures.json"),
  await read("five-lectures.json"),
  await read("eight-lectures.json"),
];
let app: TestApp;

beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

async function withNotes({ notes }: Lectures) {
  const student = await app.register();
  for (const note of notes) await student.post("/study-materials", note);
  return student;
}

async function wrongOf(student: Student, asks: Ask[]) {
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

it.each(courses)(
  "are answered from the sentence that says it, or not at all: course %#",
  async (course) => {
    const student = await withNotes(course);
    const wrong: string[] = [];
    // Each in a conversation of its own: none leans on another.
    for (const ask of course.asks) wrong.push(...(await wrongOf(student, [ask])));
    for (const asks of course.conversations) wrong.push(...(await wrongOf(student, asks)));
    expect(wrong).toEqual([]);
  },
);
