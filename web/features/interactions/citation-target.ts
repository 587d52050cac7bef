import type { Citation } from "#server/features/interactions/shapes.ts";

/** Where a citation leads: the recording plays from the quoted second, the material opens at the quoted page. */
export function citationTarget({
  source,
  page,
  start_seconds: start,
  start_offset: from,
  end_offset: to,
}: Citation) {
  if (!source.id) return undefined;
  if (source.kind === "recording") {
    return {
      to: "/recordings/$id" as const,
      params: { id: source.id },
      search: {
        t: start ?? undefined,
        play: 1 as const,
        from,
        to,
        transcription: source.transcription_id ?? undefined,
      },
    };
  }
  return {
    to: "/materials/$id" as const,
    params: { id: source.id },
    search: { page: page ?? undefined, from, to },
  };
}
