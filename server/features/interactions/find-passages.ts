import type { Context } from "#server/context.ts";
import type { SourceKind } from "#server/features/search/filters.ts";
import { findByTitle } from "#server/features/search/find-by-title.ts";
import type { QueryWords } from "#server/features/search/query-words.ts";
import { closenessOf } from "#server/features/search/rank-by-meaning.ts";
import { searchPassages, type SearchHit } from "#server/features/search/search-passages.ts";
import { BUNDLED_MODEL } from "#server/providers/embeddings/contract.ts";
import type { ChatMessage } from "#server/providers/llm/contract.ts";
import { contextOf } from "./follow-up.ts";
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

export async function findEvidence(
  context: Context,
  userId: string,
  scope: Scope,
  question: ReadQuestion,
  history: ChatMessage[],
): Promise<Evidence> {
  const earlier = contextOf(question, history);
  const leading = earlier.map((text) => readQuestion(text)).flatMap(({ content }) => content);
  const filter = {
    subject: scope.subject ?? undefined,
    kind: (scope.source_kind as SourceKind | null) ?? undefined,
    sourceId: scope.source_id ?? undefined,
  };
  // Words that only ask would find what asks: they are left out.
  const { items, words, vector, model } = await searchPassages(context, userId, {
    q: question.content.join(" ") || question.text,
    context: (leading.length > 0 ? leading : question.light).join(" "),
    meaning: [...earlier.toReversed(), question.text].join("\n"),
    plain: true,
    limit: MOST_PASSAGES,
    ...filter,
  });
  const titled =
    words.unknown.length > 0
      ? await findByTitle(context.database, userId, words.unknown, words.languages, filter)
      : [];
  const found = new Set(items.map(({ id }) => id));
  const passages = [...items, ...titled.filter(({ id }) => !found.has(id))];
  return {
    question,
    passages,
    words,
    context: earlier,
    closeness:
      vector && model === `local/${BUNDLED_MODEL}`
        ? await closenessOf(
            context.database,
            userId,
            model,
            vector,
            passages.map(({ id }) => id),
          )
        : undefined,
  };
}
