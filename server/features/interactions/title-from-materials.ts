/**
 * What a conversation is called once its first answer quotes the materials: the term that was asked for, as they write
 * it, and the source.
 */
import { notifyChanged } from "#server/changes.ts";
import type { Queryable } from "#server/context.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { lexemesIn } from "#server/features/search/search-vector.ts";
import { readQuestions } from "./read-question.ts";

const LONGEST = 80;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}]+)*/gu;

/** Until then it is called after its first question. */
export function titleOfQuestion(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`;
}

export function titleFromMaterials(question: string, citations: Citation[]): string | undefined {
  const [first] = citations;
  if (!first) return undefined;
  const source = first.source.title.replace(/\s+/g, " ").trim();
  const topic = topicOf(question, citations);
  if (!topic || source.toLowerCase().includes(topic.toLowerCase())) return titleOfQuestion(source);
  const large = topic.charAt(0).toUpperCase() + topic.slice(1);
  return titleOfQuestion(`${large} · ${source}`);
}

/**
 * The most words of the question that stand next to each other in a quotation; one small word may part them ("theory of
 * evolution").
 */
function topicOf(question: string, citations: Citation[]): string | undefined {
  const [read] = readQuestions(question);
  const language = read!.language ?? null;
  const asked = new Set(read!.content.flatMap((word) => [...lexemesIn(word, language)]));
  let best = { words: 0, letters: 0, text: "" };
  for (const { quote } of citations) {
    const words = [...quote.matchAll(WORD)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      asked: [...lexemesIn(match[0], language)].some((form) => asked.has(form)),
    }));
    for (let from = 0; from < words.length; from += 1) {
      if (!words[from]!.asked) continue;
      let to = from;
      let count = 1;
      for (let next = from + 1; next < words.length && next - to <= 2; next += 1) {
        // No term runs over a comma or the end of a sentence.
        if (/[^\s]/.test(quote.slice(words[next - 1]!.end, words[next]!.start))) break;
        if (!words[next]!.asked) continue;
        to = next;
        count += 1;
      }
      const text = quote.slice(words[from]!.start, words[to]!.end).replace(/\s+/g, " ");
      if (count > best.words || (count === best.words && text.length > best.letters))
        best = { words: count, letters: text.length, text };
    }
  }
  return best.text || undefined;
}

/** Nothing happens where the student named the conversation, or another answer did. */
export async function nameByMaterials(
  database: Queryable,
  userId: string,
  { conversationId: id, question }: { conversationId: string; question: string },
  citations: Citation[],
) {
  const title = titleFromMaterials(question, citations);
  if (title === undefined) return;
  const named = await database
    .updateTable("conversations")
    .set({ title })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("title", "=", titleOfQuestion(question))
    .returning("id")
    .executeTakeFirst();
  if (named) await notifyChanged(database, userId, { kind: "conversation", id, change: "updated" });
}
