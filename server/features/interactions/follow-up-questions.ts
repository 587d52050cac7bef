/** What could be asked next: about terms of the sources that the last answer quotes, of which nobody has spoken yet. */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { termsOfSources } from "#server/features/vocabulary/queries.ts";
import { followBranch } from "./branches.ts";
import { findConversation, listMessageLinks, readCitations, readPath } from "./queries.ts";
import { readQuestion } from "./read-question.ts";

const MOST = 3;

const QUESTIONS: Record<string, string> = {
  en: "What does {term} mean?",
  de: "Was bedeutet {term}?",
  fr: "Que signifie {term} ?",
  es: "¿Qué significa {term}?",
  it: "Che cosa significa {term}?",
  nl: "Wat betekent {term}?",
  pt: "O que significa {term}?",
  zh: "{term}是什么意思？",
  ja: "{term}とは何ですか？",
  ko: "{term}은(는) 무슨 뜻인가요?",
};

/** In the language of the last question. Empty where the last answer quotes nothing. @throws Failure `not-found`. */
export async function followUpQuestions(
  { database }: Context,
  userId: string,
  conversationId: string,
): Promise<string[]> {
  (await findConversation(database, userId, conversationId)) ?? fail("not-found");
  const path = followBranch(await listMessageLinks(database, userId, conversationId));
  const answerId = path.at(-1);
  if (answerId === undefined) return [];
  const citations = await readCitations(database, userId, [answerId]);
  if (citations.length === 0) return [];
  const messages = await readPath(database, userId, path);
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const spoken = messages.map(({ content }) => content.toLowerCase()).join("\n");
  const terms = await termsOfSources(database, userId, {
    materials: citations.flatMap(({ study_material_id }) => study_material_id ?? []),
    transcriptions: citations.flatMap(({ transcription_id }) => transcription_id ?? []),
  });
  const question = QUESTIONS[readQuestion(asked).language ?? writtenIn(asked)] ?? QUESTIONS["en"]!;
  return terms
    .filter((term) => !spoken.includes(term.toLowerCase()))
    .slice(0, MOST)
    .map((term) => question.replace("{term}", term));
}

/** Of languages that have no rules for questions: by their letters. */
function writtenIn(text: string) {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  return /\p{Script=Han}/u.test(text) ? "zh" : "en";
}
