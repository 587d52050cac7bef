/** The voices of this server, and which of them the student chose for a language. */
import { queryOptions } from "@tanstack/react-query";
import type { Voices } from "#server/features/content/speech/shapes.ts";
import { request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";

export interface ChosenVoice {
  voice: string;
  engine: string;
}

export const voicesQuery = queryOptions({
  queryKey: ["tts-voices"],
  queryFn: ({ signal }) => request<Voices>("/tts/voices", { signal }),
  staleTime: 300_000,
});

export const baseOf = (language: string) => language.split("-")[0]!.toLowerCase();

/** On every device of the student, until another is chosen; undefined: the server's first again. */
export async function rememberVoice(language: string, chosen: ChosenVoice | undefined) {
  const path = `/tts/voices/${encodeURIComponent(baseOf(language))}` as const;
  await (chosen
    ? request(path, { method: "PUT", json: chosen })
    : request(path, { method: "DELETE" }));
  await queryClient.invalidateQueries({ queryKey: voicesQuery.queryKey });
}
