import { useMutation, useQueryClient } from "@tanstack/react-query";

/** What is sent changes which slides a recording has, or when they were shown. */
export function useSlidesChange<T>(recordingId: string, send: (value: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => client.invalidateQueries({ queryKey: ["recording", recordingId] }),
  });
}
