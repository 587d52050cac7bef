import { queryOptions } from "@tanstack/react-query";
import type { TranscriptionEngines } from "#server/features/transcription/shapes.ts";
import { request } from "../../api/client.ts";

/** What this server can recognise speech with. */
export const enginesQuery = queryOptions({
  queryKey: ["engines"],
  queryFn: async ({ signal }) =>
    (await request<TranscriptionEngines>("/transcription-engines", { signal })).items,
  retry: false,
});
