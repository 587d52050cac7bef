import { queryOptions, useQuery } from "@tanstack/react-query";
import type { TranscriptionEngines } from "#server/features/transcription/shapes.ts";
import { request } from "../../api/client.ts";
import { inWordsOfPage } from "../../api/failure-sentence.ts";

/** What this server can recognise speech with. */
export const enginesQuery = queryOptions({
  queryKey: ["engines"],
  queryFn: async ({ signal }) =>
    (await request<TranscriptionEngines>("/transcription-engines", { signal })).items,
  retry: false,
});

/** In the language of the page. */
export function labelOf(engine: { label: string } | undefined) {
  return engine && inWordsOfPage(engine.label);
}

/** An engine as people call it, with its model; its own name where this installation has it no more. */
export function useEngineName() {
  const engines = useQuery(enginesQuery).data;
  return ({ engine, model }: { engine: string | null; model: string | null }) =>
    [labelOf(engines?.find(({ name }) => name === engine)) ?? engine, model]
      .filter(Boolean)
      .join(" · ");
}
