import type { Context } from "#server/context.ts";
import type { SourceKind } from "#server/features/search/queries.ts";
import type { QueryWords } from "#server/features/search/query-words.ts";
import type { SearchHit } from "#server/features/search/search-passages.ts";
import { searchPassages } from "#server/features/search/search-passages.ts";
import type { ChatMessage } from "#server/providers/llm/contract.ts";
import { contextOf } from "./follow-up.ts";

export interface Scope {
  subject: string | null;
  source_kind: string | null;
  source_id: string | null;
}

export interface Evidence {
  passages: SearchHit[];
  words: QueryWords;
  /** Earlier questions that were searched along with this one. */
  context: string[];
}

const MOST_PASSAGES = 10;

export async function findEvidence(
  context: Context,
  userId: string,
  scope: Scope,
  question: string,
  history: ChatMessage[],
): Promise<Evidence> {
  const earlier = contextOf(question, history);
  const { items, words } = await searchPassages(context, userId, {
    q: question,
    context: earlier.join(" \n"),
    plain: true,
    limit: MOST_PASSAGES,
    subject: scope.subject ?? undefined,
    kind: (scope.source_kind as SourceKind | null) ?? undefined,
    sourceId: scope.source_id ?? undefined,
  });
  return { passages: items, words, context: earlier };
}
