import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";

const LIMIT = 50;

export const recordingsQuery = (subject?: string) =>
  infiniteQueryOptions({
    queryKey: ["recordings", { subject }],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Recording>>("/recordings", {
        query: { limit: LIMIT, cursor: pageParam, subject },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const materialsQuery = (subject?: string) =>
  infiniteQueryOptions({
    queryKey: ["study-materials", { subject }],
    queryFn: ({ pageParam, signal }) =>
      request<Page<StudyMaterial>>("/study-materials", {
        query: { limit: LIMIT, cursor: pageParam, subject },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const recordingQuery = (id: string) =>
  queryOptions({
    queryKey: ["recording", id],
    queryFn: ({ signal }) => request<Recording>(`/recordings/${id}`, { signal }),
  });

export const materialQuery = (id: string) =>
  queryOptions({
    queryKey: ["study-material", id],
    queryFn: ({ signal }) => request<StudyMaterial>(`/study-materials/${id}`, { signal }),
  });
