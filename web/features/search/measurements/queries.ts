import { queryOptions } from "@tanstack/react-query";
import type {
  SearchEngine,
  SearchMeasurement,
  SearchOfInstallation,
} from "#server/features/search/measurements/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../../api/client.ts";

export const measurementsQuery = queryOptions({
  queryKey: ["search-measurements", "own"],
  queryFn: ({ signal }) =>
    request<Page<SearchMeasurement>>("/search/measurements", { query: { limit: 10 }, signal }),
  // Its progress is told by nothing else.
  refetchInterval: ({ state }) => (isRunning(state.data?.items[0]) ? 1000 : false),
});

export const engineQuery = queryOptions({
  queryKey: ["search-measurements", "engine"],
  queryFn: ({ signal }) => request<SearchEngine>("/search/engine", { signal }),
});

export const installationQuery = queryOptions({
  queryKey: ["search-measurements", "installation"],
  queryFn: ({ signal }) => request<SearchOfInstallation>("/admin/search-measurements", { signal }),
  refetchInterval: ({ state }) => (state.data && state.data.running > 0 ? 3000 : false),
});

export function isRunning(measurement: SearchMeasurement | undefined) {
  return measurement?.status === "pending" || measurement?.status === "processing";
}
