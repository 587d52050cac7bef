import { queryOptions } from "@tanstack/react-query";
import type {
  TranscriptionWithSegments as Transcription,
  TranscriptionJob,
  TranscriptionSummary,
} from "#server/features/transcription/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";

export const transcriptionQuery = (id: string) =>
  queryOptions({
    queryKey: ["transcription", id],
    queryFn: ({ signal }) => request<Transcription>(`/transcriptions/${id}`, { signal }),
  });

/** All versions, newest first. */
export const transcriptionsQuery = (recordingId: string) =>
  queryOptions({
    queryKey: ["transcriptions", recordingId],
    queryFn: ({ signal }) =>
      request<Page<TranscriptionSummary>>("/transcriptions", {
        query: { recording_id: recordingId, limit: 50 },
        signal,
      }),
  });

const PLACE_MS = 5000;

/** The newest job of a recording. */
export const transcriptionJobQuery = (recordingId: string) =>
  queryOptions({
    queryKey: ["transcription-jobs", recordingId],
    queryFn: async ({ signal }) =>
      (
        await request<Page<TranscriptionJob>>("/transcription-jobs", {
          query: { recording_id: recordingId, limit: 1 },
          signal,
        })
      ).items[0] ?? null,
    // Its place changes with the jobs of others, of which no event tells.
    refetchInterval: ({ state }) => (state.data?.status === "pending" ? PLACE_MS : false),
  });
