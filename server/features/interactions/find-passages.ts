import type { Context } from "#server/context.ts";
import type { SourceKind } from "#server/features/search/filters.ts";
import type { QueryWords } from "#server/features/search/query-words.ts";
import { searchPassages, type SearchHit } from "#server/features/search/search-passages.ts";
import { BUNDLED_MODEL } from "#server/providers/embeddings/contract.ts";
import type { ChatMessage } from "#server/providers/llm/contract.ts";
import { contextOf, hasSubject } from "./follow-up.ts";
import { readQuestion, type ReadQuestion } from "./read-question.ts";

export interface Scope {
  subject: string | null;
  source_kind: string | null;
  source_id: string | null;
}

export interface Evidence {
  question: ReadQuestion;
  passages: SearchHit[];
  words: QueryWords;
  /** Earlier questions that were searched along with this one. */
  context: string[];
  /** Cosine of question and passage, by passage id, where the engine is the one that came with the program. */
  closeness: Map<string, number> | undefined;
}

const MOST_PASSAGES = 10;
/** A language model reads more than what stands on top. */
export const MOST_FOR_MODEL = 30;

export async function findEvidence(
  context: Context,
  userId: string,
  scope: Scope,
  question: ReadQuestion,
  history: () => Promise<ChatMessage[]> = async () => [],
  most = MOST_PASSAGES,
): Promise<Evidence> {
  const earlier = await contextOf(question, history);
  const leading = earlier.map((text) => readQuestion(text)).flatMap(({ content }) => content);
  const filter = {
    subject: scope.subject ?? undefined,
    kind: (scope.source_kind as SourceKind | null) ?? undefined,
    sourceId: scope.source_id ?? undefined,
  };
  // Words that only ask would find what asks: they are left out. "And the second one?" has no subject but that of the
  // question before.
  const subject = leading.length > 0 && !hasSubject(question) ? leading : [];
  const { items, words, closeness, model } = await searchPassages(context, userId, {
    q: [...question.content, ...subject].join(" ") || question.text,
    context: (leading.length > subject.length ? leading : question.light).join(" "),
    meaning: [...earlier.toReversed(), question.text].join("\n"),
    plain: true,
    limit: most,
    ...filter,
  });
  const [before] = earlier;
  // "How long is planning?", "and the review?"
  const kind =
    question.kind === "open" && before !== undefined ? readQuestion(before).kind : question.kind;
  return {
    question: { ...question, kind },
    passages: items,
    words,
    context: earlier,
    closeness: model === `local/${BUNDLED_MODEL}` ? closeness : undefined,
  };
}
