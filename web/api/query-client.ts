import { QueryClient } from "@tanstack/react-query";
import { Problem } from "./problem.ts";

/** Nothing is polled: `GET /api/events` says what changed (api/events.ts), so what was fetched stays fresh until then. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 3 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
    },
  },
});
