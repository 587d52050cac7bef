import { queryOptions } from "@tanstack/react-query";
import { addressOf } from "../../api/client.ts";

export interface Health {
  status: string;
  parts?: Record<
    string,
    { status: "ok" | "degraded" | "down"; message?: string; engines?: EngineState[] }
  >;
}

export interface EngineState {
  name: string;
  label?: string;
  available: boolean;
  models?: string[];
  rough?: boolean;
}

/** 503 is an answer here, with the same document. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }) =>
    (await (await fetch(addressOf("/health"), { signal })).json()) as Health,
  staleTime: 30_000,
  retry: false,
});
