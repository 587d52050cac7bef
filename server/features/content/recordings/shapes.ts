import { z } from "@hono/zod-openapi";
import { jobPriority, transcriptionJob } from "#server/features/transcription/shapes.ts";
import { language, subject, tags, title } from "#server/http/shapes.ts";
import { ENCODINGS } from "#server/vocabulary.ts";

export const recordingType = z.enum(["lecture", "note", "other"]);

const soundTrack = z
  .object({
    number: z.number(),
    codec: z.string(),
    readable: z.boolean(),
    name: z.string().optional(),
    language: z.string().optional(),
  })
  .openapi("SoundTrack");

export const recording = z
  .object({
    id: z.uuid(),
    title: z.string(),
    recording_type: recordingType,
    subject: z.string().nullable(),
    language: z.string().nullable(),
    original_filename: z.string().nullable(),
    mime_type: z.string(),
    size_bytes: z.number(),
    duration_seconds: z.number().nullable(),
    sound_tracks: z.array(soundTrack).nullable().openapi({
      description: "Where the file holds several: all of them, in their order",
    }),
    sound_track: z.number().nullable().openapi({
      description: "The track that is heard, the one with speech unless another was chosen",
    }),
    tags: z.array(z.string()),
    created_at: z.iso.datetime(),
    /** The current transcription, where there is one. */
    transcription_id: z.uuid().nullable(),
    /** The document whose pages were shown, where one is linked. */
    slides_material_id: z.uuid().nullable(),
    /** The newest transcription job, where there is one. */
    transcription_job: transcriptionJob.nullable(),
  })
  .openapi("Recording");

/** Fields beside the file; all come as text. */
export const uploadFields = z.object({
  title: title.optional(),
  recording_type: recordingType.default("lecture"),
  subject: subject.optional(),
  language: language.optional(),
  engine: z.string().max(100).optional(),
  model: z.string().max(200).optional(),
  priority: jobPriority.optional(),
  transcribe: z.enum(["true", "false"]).default("true"),
  /** Of the captions; left out means that it is found. */
  captions_encoding: z.enum(ENCODINGS).optional(),
});

/** `peaks`: the loudest sample of each equal span, 0 to 1; both null until the job that draws it has ended. */
export const waveform = z
  .object({ duration_seconds: z.number().nullable(), peaks: z.array(z.number()).nullable() })
  .openapi("Waveform");

export const recordingPatch = z
  .object({
    title,
    recording_type: recordingType,
    subject: subject.nullable(),
    tags,
    language: language.nullable(),
    /** Heard from now on: the waveform is drawn again, a transcript is made again when it is asked for. */
    sound_track: z.number().int().min(0).max(999),
  })
  .partial()
  .openapi("RecordingPatch");

export const uploadedRecording = z
  .object({
    recording,
    transcription_job: transcriptionJob.nullable(),
    /** An older recording of yours with the same content. */
    duplicate_of: z.uuid().nullable(),
  })
  .openapi("UploadedRecording");

export type Recording = z.infer<typeof recording>;
export type UploadedRecording = z.infer<typeof uploadedRecording>;
export type Waveform = z.infer<typeof waveform>;
