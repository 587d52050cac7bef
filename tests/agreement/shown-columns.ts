/**
 * A column of these tables is in the answer's shape or among those that no answer shows: a new one that is in neither
 * fails the type check, with its name. `column.test.ts` proves it on a copy.
 */
import type { Database } from "#database/types.ts";
import type { Account } from "#server/features/authentication/administration/shapes.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { Speech } from "#server/features/content/speech/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Upload } from "#server/features/content/uploads/shapes.ts";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import type { Message } from "#server/features/interactions/shapes.ts";
import type { AdminJob } from "#server/features/jobs/shapes.ts";
import type { Card } from "#server/features/study/cards/shapes.ts";
import type { Transcription } from "#server/features/transcription/shapes.ts";
import type { TranscriptionJob } from "#server/features/transcription/shapes.ts";
import type { Segment } from "#server/features/transcription/shapes.ts";

type Forgotten<Table extends keyof Database, Shape, Hidden extends keyof Database[Table]> = Exclude<
  keyof Database[Table],
  keyof Shape | Hidden
>;
type None<Columns extends never> = Columns;

export type NothingForgotten = [
  None<
    Forgotten<"study_materials", StudyMaterial, "user_id" | "storage_key" | "sha256" | "binned_at">
  >,
  None<Forgotten<"recordings", Recording, "user_id" | "storage_key" | "sha256" | "binned_at">>,
  None<Forgotten<"transcriptions", Transcription, "user_id" | "binned_at">>,
  None<Forgotten<"transcription_jobs", TranscriptionJob, "user_id">>,
  None<
    Forgotten<
      "transcription_segments",
      Segment,
      | "user_id"
      | "transcription_id"
      | "start_seconds"
      | "end_seconds"
      | "line_breaks"
      | "created_at"
    >
  >,
  None<Forgotten<"conversations", Conversation, "user_id">>,
  None<Forgotten<"messages", Message, "user_id" | "history_summary">>,
  None<Forgotten<"tts_audio_files", Speech, "user_id" | "storage_key" | "content_hash">>,
  None<
    Forgotten<
      "jobs",
      AdminJob,
      "payload" | "result" | "fair_at" | "heartbeat_at" | "idempotency_key" | "cancel_requested_at"
    >
  >,
  None<
    Forgotten<
      "uploads",
      Upload,
      "user_id" | "kind" | "study_material_id" | "writer" | "account_import_id"
    >
  >,
  None<Forgotten<"cards", Card, "user_id">>,
  None<Forgotten<"users", Account, "password_hash" | "locale" | "quotas" | "updated_at">>,
];
