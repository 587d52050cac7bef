import type { Changed } from "#server/changes.ts";

/** The first part of each query's key; a changed thing makes those stale that show its kind. */
export const SHOWN_BY: Partial<Record<Changed["kind"], string[]>> = {
  recording: ["sample", "recordings", "recording", "waveform", "study"],
  transcription_job: ["transcription-jobs", "recordings"],
  transcription: ["transcriptions", "transcription", "corrections", "recordings", "overview"],
  job: ["sample", "queue", "queue-jobs", "queue-job", "installation"],
  tts_audio_file: ["tts"],
  study_material: ["sample", "study-materials", "study-material", "study", "overview"],
  conversation: ["conversations", "conversation"],
  message: ["messages"],
  card: ["cards", "card", "study"],
  card_review: ["cards", "card", "study"],
  card_suggestion: ["card-suggestions"],
  card_transfer: ["card-transfer"],
  quiz: ["quizzes", "quiz"],
  source_summary: ["summary"],
  vocabulary: ["vocabulary"],
  search_measurement: ["search-measurements"],
  study_settings: ["study-settings", "study"],
  account_export: ["account-exports"],
  account_import: ["account-imports"],
  account_deletion: ["account-deletion"],
  mark: ["marks"],
};
