/** Whether quoted words went through a recogniser that mishears many: whoever reads them should know. */
import { useQuery } from "@tanstack/react-query";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { enginesQuery } from "../transcription/engines.ts";
import { transcriptionsQuery } from "../transcription/queries.ts";

export function useIsRough({ source }: Citation) {
  const isSpoken = source.kind === "recording" && source.id !== null;
  const engines = useQuery({ ...enginesQuery, enabled: isSpoken }).data;
  const isPossible = engines?.some(({ rough }) => rough) === true;
  const versions = useQuery({
    ...transcriptionsQuery(source.id ?? ""),
    enabled: isSpoken && isPossible,
  }).data;
  const version = versions?.items.find(({ id }) => id === source.transcription_id);
  if (!version || version.source === "supplied") return false;
  return engines?.find(({ name }) => name === version.engine)?.rough === true;
}
