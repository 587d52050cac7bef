/** What the server answers with, in the columns' own names. */
import type { FileKind } from "#server/features/content/study-materials/formats/shapes.ts";
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface User {
  id: string;
  email: string;
  email_verified_at: string | null;
  username: string | null;
  full_name: string | null;
  role: "student" | "administrator";
  locale: string | null;
  created_at: string;
}

export interface Recording {
  id: string;
  title: string;
  recording_type: "lecture" | "note" | "other";
  subject: string | null;
  language: string | null;
  original_filename: string | null;
  mime_type: string;
  size_bytes: number;
  duration_seconds: number | null;
  created_at: string;
  /** The current transcription, where there is one. */
  transcription_id: string | null;
  /** The newest one, where there is one. */
  transcription_job: TranscriptionJob | null;
}

export type JobStatus = "pending" | "processing" | "completed" | "failed" | "cancelled";

export interface TranscriptionJob {
  id: string;
  recording_id: string;
  status: JobStatus;
  engine: string | null;
  model: string | null;
  language: string | null;
  stage: "decoding" | "recognising" | "indexing" | null;
  progress_seconds: number;
  duration_seconds: number | null;
  /** Measured in this run; two of three runs end within the margin. */
  time_left?: { seconds: number; margin_seconds: number } | null;
  error_code: string | null;
  error_message: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
}

export interface Word {
  text: string;
  start: number;
  end: number;
  confidence?: number;
}

export interface Segment {
  number: number;
  start: number;
  end: number;
  text: string;
  words?: Word[] | null;
  confidence?: number | null;
  /** As the engine gave it, where it was edited. */
  original?: { text: string } | null;
}

export interface TranscriptionSummary {
  id: string;
  recording_id: string;
  transcription_job_id: string | null;
  source: "recognised" | "supplied";
  language: string | null;
  confidence: number | null;
  engine: string;
  model: string | null;
  duration_seconds: number;
  is_current: boolean;
  created_at: string;
  completed_at: string | null;
  edited_at: string | null;
}

export interface Transcription extends TranscriptionSummary {
  text: string;
  segments: Segment[];
}

export interface StudyMaterial {
  id: string;
  title: string;
  kind: FileKind | "note" | "web";
  subject: string | null;
  language: string | null;
  status: "pending" | "processing" | "ready" | "failed";
  content?: string;
  sections?: Section[];
  pages_without_text?: number[];
  /** Read from pictures. */
  pages_recognised?: number[];
  page_count: number | null;
  error_code: string | null;
  error_message: string | null;
  source_url: string | null;
  original_filename: string | null;
  mime_type: string | null;
  size_bytes: number | null;
  created_at: string;
  updated_at: string;
}

export interface Section {
  page?: number;
  heading?: string;
  start_offset: number;
  end_offset: number;
}

export interface SpokenWord {
  start: number;
  end: number;
  start_offset: number;
  end_offset: number;
}

export interface TtsAudioFile {
  id: string;
  text: string;
  voice: string;
  speed: number;
  format: string;
  status: "pending" | "processing" | "ready" | "failed";
  error_message: string | null;
  duration_seconds: number | null;
  words: SpokenWord[] | null;
}

export interface Source {
  kind: "recording" | "study_material";
  /** Null when the source was deleted. */
  id: string | null;
  title: string;
  transcription_id?: string | null;
}

export interface Citation {
  number: number;
  quote: string;
  source: Source;
  page?: number | null;
  start_seconds?: number | null;
  end_seconds?: number | null;
  start_offset: number;
  end_offset: number;
  status?: "valid" | "moved" | "changed";
}

export interface Conversation {
  id: string;
  title: string;
  subject: string | null;
  source_kind: "recording" | "study_material" | null;
  source_id: string | null;
  created_at: string;
  updated_at: string;
}

export interface Message {
  id: string;
  conversation_id: string;
  reply_to: string | null;
  role: "user" | "assistant";
  content: string;
  status: "streaming" | "complete" | "stopped" | "failed";
  error_code: string | null;
  error_message: string | null;
  engine: string | null;
  model: string | null;
  dropped_citations: number;
  /** Earlier messages that the language model was given in short. */
  summarised_messages: number;
  /** Of a question: what its answers may rest on. */
  materials: "first" | "only" | "none";
  sentences: number;
  sentences_with_witness: number;
  claims_without_witness: string[];
  /** False where the answer rests on nothing in the materials. */
  from_materials: boolean;
  citations: Citation[];
  /** Other versions of this message, itself included, oldest first. */
  siblings: string[];
  created_at: string;
}

export interface Changed {
  kind:
    | "recording"
    | "transcription_job"
    | "transcription"
    | "job"
    | "tts_audio_file"
    | "study_material"
    | "conversation"
    | "message"
    | "worker";
  id: string;
  change: "created" | "updated" | "deleted";
}
