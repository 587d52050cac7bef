import { useQuery } from "@tanstack/react-query";
import type { Job } from "#server/features/jobs/shapes.ts";
import { request } from "./client.ts";

/**
 * How far a job is, of 1, while it runs; undefined while nothing is known. Its events make it stale.
 */
export function useJobProgress(id: string | null | undefined, running: boolean) {
  const { data } = useQuery({
    queryKey: ["job", id],
    queryFn: ({ signal }) => request<Job>(`/jobs/${id}`, { signal }),
    enabled: id != null && running,
  });
  return running && data && data.progress > 0 ? data.progress : undefined;
}
