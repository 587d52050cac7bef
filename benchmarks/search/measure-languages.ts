/** How well an article of the declaration of human rights is found in each of its languages, beside a BM25 library. */
import MiniSearch from "minisearch";
import { readDeclarations } from "./declaration.ts";

interface Passage {
  id: string;
  /** Title of its source. */
  country: string;
  text: string;
}

interface Library {
  addStudent(name: string): Promise<string>;
  addText(
    student: string,
    source: { name: string; text: string; language: string },
  ): Promise<unknown>;
  passagesOf(student: string): Promise<Passage[]>;
  searchOf(student: string): (q: string) => Promise<string[]>;
}

/** Each language is a student's; an article is found where one of its passages is. */
export async function measureLanguages({ addStudent, addText, passagesOf, searchOf }: Library) {
  const each: Record<string, Record<string, { hit_at_1: number; mrr_at_10: number }>> = {};
  for (const { language, articles, questions } of readDeclarations()) {
    const student = await addStudent(language);
    for (const { number, text } of articles)
      await addText(student, { name: String(number), text, language });
    const passages = await passagesOf(student);
    const articleOf = new Map(passages.map(({ id, country }) => [id, Number(country)]));
    const mini = new MiniSearch<Passage>({ fields: ["text"], idField: "id" });
    mini.addAll(passages);
    const rank = async (ask: (q: string) => Promise<string[]> | string[], key: "q" | "typed") => {
      let hits = 0;
      let reciprocal = 0;
      for (const question of questions) {
        const found = [...new Set((await ask(question[key])).map((id) => articleOf.get(id)))];
        const place = found.indexOf(question.article);
        if (place === 0) hits += 1;
        if (place >= 0) reciprocal += 1 / (place + 1);
      }
      return {
        hit_at_1: round(hits / questions.length),
        mrr_at_10: round(reciprocal / questions.length),
      };
    };
    const peer = (q: string) =>
      mini
        .search(q)
        .slice(0, 10)
        .map(({ id }) => id as string);
    each[language] = {
      ours: await rank(searchOf(student), "q"),
      ours_typed: await rank(searchOf(student), "typed"),
      minisearch_bm25: await rank(peer, "q"),
      minisearch_bm25_typed: await rank(peer, "typed"),
    };
  }
  const [language, poorest] = Object.entries(each).toSorted(
    ([, a], [, b]) => a["ours_typed"]!.mrr_at_10 - b["ours_typed"]!.mrr_at_10,
  )[0]!;
  return { each, poorest: { language, ...poorest["ours_typed"]! } };
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
