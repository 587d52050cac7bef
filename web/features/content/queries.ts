import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { BinnedThing } from "#server/features/content/bin/shapes.ts";
import type { LibraryFilters, LibraryTags } from "#server/features/content/library/shapes.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import type { LibraryItem } from "./library-items.ts";

const LIMIT = 50;

/** The first parts of the keys of what shows recordings and documents as a whole. */
const LIBRARY_KEYS = [
  "library",
  "library-tags",
  "bin",
  "recordings",
  "study-materials",
  "recording",
  "study-material",
  "study",
];

/** Whatever is on the screen of recordings and documents, after something was done to several of them. */
export async function readLibraryAgain() {
  await Promise.all(LIBRARY_KEYS.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
}

export type LibrarySearch = {
  [Name in keyof LibraryFilters]?: LibraryFilters[Name] | undefined;
};

export const libraryQuery = (filters: LibrarySearch) =>
  infiniteQueryOptions({
    queryKey: ["library", filters],
    queryFn: ({ pageParam, signal }) =>
      request<Page<LibraryItem>>("/library", {
        query: { limit: LIMIT, cursor: pageParam, ...filters },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const libraryTagsQuery = queryOptions({
  queryKey: ["library-tags"],
  queryFn: async ({ signal }) => (await request<LibraryTags>("/library/tags", { signal })).items,
});

export const binQuery = infiniteQueryOptions({
  queryKey: ["bin"],
  queryFn: ({ pageParam, signal }) =>
    request<Page<BinnedThing>>("/bin", { query: { limit: LIMIT, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

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
