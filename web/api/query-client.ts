import {
  QueryClient,
  type InvalidateOptions,
  type InvalidateQueryFilters,
} from "@tanstack/react-query";
import { Problem } from "./problem.ts";

/**
 * The library goes on with a first fetch that is under way when its query is invalidated, though the answer may be from
 * before the change: an answer of the tutor that came at once was not seen. Such a query is fetched once more when it
 * has arrived.
 */
class Client extends QueryClient {
  override async invalidateQueries(
    filters?: InvalidateQueryFilters,
    options?: InvalidateOptions,
  ): Promise<void> {
    const first = this.getQueryCache()
      .findAll(filters)
      .filter(({ state }) => state.fetchStatus === "fetching" && state.data === undefined);
    await super.invalidateQueries(filters, options);
    await Promise.all(
      first.map(({ queryKey }) => super.invalidateQueries({ queryKey, exact: true }, options)),
    );
  }
}

/**
 * Nothing is polled: `GET /api/events` says what changed (api/events.ts), so what was fetched stays fresh until then.
 */
export const queryClient = new Client({
  defaultOptions: {
    queries: {
      // A query asks without a network, too: what was read before is answered from this device.
      networkMode: "always",
      staleTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 3 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
    },
  },
});
