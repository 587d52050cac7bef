import { queryOptions } from "@tanstack/react-query";
import { request } from "../../api/client.ts";
import type {
  Page,
  Transcription,
  TranscriptionJob,
  TranscriptionSummary,
} from "../../api/types.ts";

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
  });
