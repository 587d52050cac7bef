import { queryOptions } from "@tanstack/react-query";
import { request } from "../../api/client.ts";

export interface EngineState {
  name: string;
  label?: string;
  available: boolean;
  rough?: boolean;
  models?: string[];
}

/** What this server can recognise speech with. */
export const enginesQuery = queryOptions({
  queryKey: ["engines"],
  queryFn: async ({ signal }) =>
    (await request<{ items: EngineState[] }>("/transcription-engines", { signal })).items,
  retry: false,
});
