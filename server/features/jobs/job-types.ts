/**
 * Every type of job, with its payload and its result. A new one is an entry here and a handler in `worker/handlers.ts`:
 * the compiler then wants the handler, and knows what `enqueueJob` may be given and what the handler is given and
 * answers. A payload may gain optional fields; whatever else changes gets a new type, for jobs outlive an upgrade.
 */
import { z } from "zod";

const none = z.object({});

function ofStudent<P extends z.ZodType<object>, R extends z.ZodType<object>>(
  payload: P,
  result: R,
) {
  return { owner: "student" as const, payload, result };
}

/** Nobody's: a periodic one, by which the system looks after itself. */
function ofSystem<R extends z.ZodType<object>>(result: R) {
  return { owner: "system" as const, payload: none, result };
}

export const JOB_TYPES = {
  transcribe: ofStudent(
    z.object({ transcription_job_id: z.uuid() }),
    z.object({ transcription_id: z.uuid() }),
  ),
  speak: ofStudent(
    z.object({
      tts_audio_file_id: z.uuid(),
      /** Of whole documents: what an MP3 is called, and where its chapters begin in the text (UTF-16). */
      book: z
        .object({
          title: z.string(),
          chapters: z.array(z.object({ title: z.string(), offset: z.number() })),
        })
        .optional(),
    }),
    z.object({ tts_audio_file_id: z.uuid() }),
  ),
  "parse-material": ofStudent(
    z.object({
      study_material_id: z.uuid(),
      /** Its title is its address so far: the document's own takes its place. */
      untitled: z.boolean().optional(),
    }),
    z.object({
      study_material_id: z.uuid(),
      characters: z.number(),
      pages: z.number().nullable(),
      passages: z.number(),
    }),
  ),
  "embed-passages": ofStudent(
    z.union([
      z.strictObject({ transcription_id: z.uuid() }),
      z.strictObject({ study_material_id: z.uuid() }),
    ]),
    z.object({ embedded: z.number() }),
  ),
  "measure-search": ofStudent(
    z.object({ measurement_id: z.uuid() }),
    z.object({ questions: z.number() }),
  ),
  "add-sample": ofStudent(none, z.object({ recording_id: z.uuid().nullable() })),
  "fetch-model": ofStudent(
    z.object({
      model: z.string().min(1).max(200),
      /** An address with the same paths as the usual source. */
      mirror: z.url().optional(),
    }),
    z.object({ model: z.string() }),
  ),
  "sweep-embeddings": ofSystem(z.object({ sources: z.number() })),
  "index-source": ofStudent(
    z.union([
      z.strictObject({ transcription_id: z.uuid() }),
      z.strictObject({ study_material_id: z.uuid() }),
    ]),
    z.object({ passages: z.number() }),
  ),
  "index-again": ofStudent(none, z.object({ passages: z.number() })),
  "sweep-old-words": ofSystem(z.object({ students: z.number() })),
  "finish-upload": ofStudent(
    z.object({ upload_id: z.uuid() }),
    z.object({ upload_id: z.uuid(), recording_id: z.uuid().nullable().optional() }),
  ),
  "draw-waveform": ofStudent(z.object({ recording_id: z.uuid() }), none),
  "mine-vocabulary": ofStudent(
    z.object({ subject: z.string().nullable() }),
    z.object({ terms: z.number() }),
  ),
  "propose-corrections": ofStudent(
    z.object({ transcription_id: z.uuid() }),
    z.object({ proposed: z.number() }),
  ),
  "align-slides": ofStudent(z.object({ recording_id: z.uuid() }), none),
  "find-speakers": ofStudent(
    z.object({ recording_id: z.uuid() }),
    z.object({ speakers: z.number() }),
  ),
  "export-account": ofStudent(
    z.object({ account_export_id: z.uuid() }),
    z.object({ entries: z.number() }),
  ),
  "import-account": ofStudent(
    z.object({ account_import_id: z.uuid() }),
    z.object({ added: z.number() }),
  ),
  "replay-reviews": ofStudent(none, z.object({ cards: z.number() })),
  "fit-reviews": ofStudent(
    none,
    z.object({
      fitted_at: z.iso.datetime(),
      log_length: z.number(),
      reviews: z.number(),
      held_out: z.number(),
      default_log_loss: z.number(),
      fitted_log_loss: z.number(),
      taken: z.boolean(),
    }),
  ),
  "export-cards": ofStudent(
    none,
    z.object({
      notes: z.number(),
      cards: z.number(),
      reviews: z.number(),
      media: z.number(),
    }),
  ),
  "import-cards": ofStudent(
    none,
    z.object({
      notes: z.number(),
      cards: z.number(),
      new: z.number(),
      known: z.number(),
      reviews: z.number(),
      media: z.number(),
      remarks: z.array(z.string()),
    }),
  ),
  "suggest-cards": ofStudent(
    none,
    z.object({ made: z.number(), asked: z.number(), dropped: z.number() }),
  ),
  "summarise-source": ofStudent(
    z.object({ source_id: z.uuid() }),
    z.object({ sentences: z.number(), dropped: z.number() }),
  ),
  "schedule-fits": ofSystem(z.object({ students: z.number() })),
  "remove-orphans": ofSystem(
    z.object({ orphans_removed: z.number(), uploads_expired: z.number() }),
  ),
  "sweep-answers": ofSystem(z.object({ answers: z.number() })),
  "finish-deletions": ofSystem(z.object({ accounts: z.number(), remains: z.number() })),
  "clean-up": ofSystem(none),
  "empty-bins": ofSystem(z.object({ deleted: z.number() })),
};

export type JobType = keyof typeof JOB_TYPES;
export type JobPayload<T extends JobType> = z.infer<(typeof JOB_TYPES)[T]["payload"]>;
export type JobResult<T extends JobType> = z.infer<(typeof JOB_TYPES)[T]["result"]>;
export type JobOwner<T extends JobType> = (typeof JOB_TYPES)[T]["owner"] extends "student"
  ? string
  : null;
