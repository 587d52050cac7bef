import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Card } from "#server/features/study/cards/shapes.ts";
import type { Suggestions } from "#server/features/study/cards/suggestions/shapes.ts";
import type { CardTransfer } from "#server/features/study/cards/transfers/shapes.ts";
import type { Overview, SubjectMap } from "#server/features/study/overviews/shapes.ts";
import type { KeptSummary } from "#server/features/study/overviews/summaries/shapes.ts";
import type { Quiz, QuizSummary } from "#server/features/study/quizzes/shapes.ts";
import type { StudySettings } from "#server/features/study/reviews/shapes.ts";
import type { Statistics, SubjectSummaries, Today } from "#server/features/study/today/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";

/** As they stand in the page's address. */
export interface CardSearch {
  q?: string | undefined;
  subject?: string | undefined;
  tag?: string | undefined;
  source_id?: string | undefined;
  /** One of the states of a card, or a question of its own. */
  show?: "new" | "learning" | "review" | "relearning" | "due" | "suspended" | "leech" | undefined;
}

export const cardsQuery = ({ show, ...search }: CardSearch) =>
  infiniteQueryOptions({
    queryKey: ["cards", { show, ...search }],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Card>>("/cards", {
        query: {
          ...search,
          limit: 50,
          cursor: pageParam,
          ...(show === "due" || show === "suspended" || show === "leech"
            ? { [show]: true }
            : { state: show }),
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const cardQuery = (id: string) =>
  queryOptions({
    queryKey: ["card", id],
    queryFn: ({ signal }) => request<Card>(`/cards/${id}`, { signal }),
  });

export const todayQuery = queryOptions({
  queryKey: ["study", "today"],
  queryFn: ({ signal }) => request<Today>("/study/today", { signal }),
  // What is due depends on the clock, and no event says that an hour has passed.
  staleTime: 30_000,
});

export const subjectsQuery = queryOptions({
  queryKey: ["study", "subjects"],
  queryFn: async ({ signal }) =>
    (await request<SubjectSummaries>("/study/subjects", { signal })).items,
});

export const statisticsQuery = (subject: string | undefined, days: number) =>
  queryOptions({
    queryKey: ["study", "statistics", { subject, days }],
    queryFn: ({ signal }) =>
      request<Statistics>("/study/statistics", { query: { subject, days }, signal }),
    placeholderData: keepPreviousData,
  });

export const studySettingsQuery = queryOptions({
  queryKey: ["study-settings"],
  queryFn: ({ signal }) => request<StudySettings>("/study/settings", { signal }),
});

export const suggestionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["card-suggestions", id],
    queryFn: ({ signal }) => request<Suggestions>(`/cards/suggestions/${id}`, { signal }),
  });

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["card-transfer", id],
    queryFn: ({ signal }) => request<CardTransfer>(`/cards/imports/${id}`, { signal }),
  });

export const quizzesQuery = queryOptions({
  queryKey: ["quizzes"],
  queryFn: ({ signal }) => request<Page<QuizSummary>>("/quizzes", { query: { limit: 20 }, signal }),
});

export const quizQuery = (id: string) =>
  queryOptions({
    queryKey: ["quiz", id],
    queryFn: ({ signal }) => request<Quiz>(`/quizzes/${id}`, { signal }),
  });

export const overviewQuery = (kind: "recording" | "study_material", id: string) =>
  queryOptions({
    queryKey: ["overview", id],
    queryFn: ({ signal }) =>
      request<Overview>("/overviews", { query: { source_kind: kind, source_id: id }, signal }),
  });

export const summaryQuery = (kind: "recording" | "study_material", id: string) =>
  queryOptions({
    queryKey: ["summary", id],
    queryFn: ({ signal }) =>
      request<KeptSummary>("/overviews/summary", {
        query: { source_kind: kind, source_id: id },
        signal,
      }),
  });

export const mapQuery = (subject: string) =>
  queryOptions({
    queryKey: ["study", "map", subject],
    queryFn: ({ signal }) => request<SubjectMap>("/study/map", { query: { subject }, signal }),
  });
