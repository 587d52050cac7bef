import { queryOptions } from "@tanstack/react-query";
import type { Health } from "#server/features/health/shapes.ts";
import { addressOf } from "../../api/client.ts";

/** 503 is an answer here, with the same document. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }) =>
    (await (await fetch(addressOf("/health"), { signal })).json()) as Health,
  staleTime: 30_000,
  retry: false,
});
