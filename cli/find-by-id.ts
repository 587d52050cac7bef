/** An id alone says what it is: each kind is asked for in turn, and the first that has it answers. */
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { Speech } from "#server/features/content/speech/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import type { Job } from "#server/features/jobs/shapes.ts";
import type {
  TranscriptionJob,
  TranscriptionWithSegments,
} from "#server/features/transcription/shapes.ts";
import { ClientFailure, type Client } from "./client.ts";

interface Kinds {
  recordings: Recording;
  transcriptions: TranscriptionWithSegments;
  "study-materials": StudyMaterial;
  conversations: Conversation;
  tts: Speech;
  "transcription-jobs": TranscriptionJob;
  jobs: Job;
}
export type Kind = keyof Kinds;
export type Found = { [K in Kind]: { kind: K; item: Kinds[K] } }[Kind];

/** @throws Error with a sentence where nothing of these kinds has the id. */
export async function findById<K extends Kind>(
  client: Client,
  id: string,
  kinds: readonly K[],
): Promise<Extract<Found, { kind: K }>> {
  for (const kind of kinds) {
    try {
      const item = await client.get<Kinds[K]>(`/${kind}/${encodeURIComponent(id)}`);
      // The compiler does not see that an element of `kinds` and its own answer belong together.
      return { kind, item } as unknown as Extract<Found, { kind: K }>;
    } catch (error) {
      if (!(error instanceof ClientFailure)) throw error;
      if (error.problem.code === "invalid-input")
        throw new Error(`"${id}" is not an id. The ids are in: lm list`);
      if (error.problem.status !== 404) throw error;
    }
  }
  throw new Error(`Nothing of yours has the id ${id}. The ids are in: lm list`);
}
