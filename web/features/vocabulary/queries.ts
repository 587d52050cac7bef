import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  ProposedCorrections,
  VocabularySubjects,
  VocabularyTerm,
} from "#server/features/vocabulary/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";

export const subjectsQuery = queryOptions({
  queryKey: ["vocabulary", "subjects"],
  queryFn: ({ signal }) => request<VocabularySubjects>("/vocabulary/subjects", { signal }),
});

/** `subject` null: of sources without one. */
export const termsQuery = (subject: string | null, q: string) =>
  infiniteQueryOptions({
    queryKey: ["vocabulary", "terms", subject, q],
    queryFn: ({ pageParam, signal }) =>
      request<Page<VocabularyTerm>>("/vocabulary", {
        query: {
          ...(subject === null ? { no_subject: true } : { subject }),
          ...(q === "" ? {} : { q }),
          limit: 100,
          cursor: pageParam,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const correctionsQuery = (transcriptionId: string) =>
  queryOptions({
    queryKey: ["corrections", transcriptionId],
    queryFn: ({ signal }) =>
      request<ProposedCorrections>(`/transcriptions/${transcriptionId}/corrections`, { signal }),
  });
