/** How early a ranking gives the right passage. */
import type { AskedQuestion } from "./question-sets.ts";

export interface PassageRow {
  id: string;
  article: number;
  heading: string | null;
  text: string;
  start_offset: number;
  end_offset: number;
}

export interface Ranks {
  hit_at_1: number;
  hit_at_5: number;
  mrr_at_10: number;
}

export type Ask = (q: string) => Promise<string[]> | string[];

/**
 * Right is a passage of the question's paragraph that holds one of its answers, or any of the paragraph where none
 * does.
 */
export async function rank(
  questions: AskedQuestion[],
  form: "q" | "without",
  ask: Ask,
  passages: Map<string, PassageRow>,
): Promise<Ranks & { p50_ms: number; p95_ms: number }> {
  const sums = { hit_at_1: 0, hit_at_5: 0, mrr_at_10: 0 };
  const times: number[] = [];
  for (const question of questions) {
    const right = rightPassages(question, passages);
    const began = performance.now();
    const ids = await ask(question[form]);
    times.push(performance.now() - began);
    const place = ids.slice(0, 10).findIndex((id) => right.has(id));
    if (place === 0) sums.hit_at_1 += 1;
    if (place >= 0 && place < 5) sums.hit_at_5 += 1;
    if (place >= 0) sums.mrr_at_10 += 1 / (place + 1);
  }
  times.sort((a, b) => a - b);
  const share = (sum: number) => Math.round((sum / questions.length) * 1000) / 1000;
  const time = (at: number) => Math.round((times[Math.floor(times.length * at)] ?? 0) * 10) / 10;
  return {
    hit_at_1: share(sums.hit_at_1),
    hit_at_5: share(sums.hit_at_5),
    mrr_at_10: share(sums.mrr_at_10),
    p50_ms: time(0.5),
    p95_ms: time(0.95),
  };
}

function rightPassages(
  { article, start, end, answers }: AskedQuestion,
  passages: Map<string, PassageRow>,
): Set<string> {
  const inParagraph = [...passages.values()].filter(
    (row) => row.article === article && row.start_offset < end && row.end_offset > start,
  );
  const holding = inParagraph.filter(({ text }) => answers.some((answer) => text.includes(answer)));
  return new Set((holding.length > 0 ? holding : inParagraph).map(({ id }) => id));
}
