import { randomUUID } from "node:crypto";
import type { Context as HonoContext } from "hono";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Row, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace, takeStorage, withinStorage } from "#server/features/quotas/take.ts";
import {
  collectCaptions,
  readCaptionsAside,
  type CaptionsFile,
} from "#server/features/transcription/captions/read-aside.ts";
import { refuseUnknownEngine } from "#server/features/transcription/known-engine.ts";
import { startTranscription } from "#server/features/transcription/start-transcription.ts";
import {
  supplyCaptions,
  type GivenCaptions,
} from "#server/features/transcription/supply-captions.ts";
import { mustParse } from "#server/http/field-errors.ts";
import { readMultipart } from "#server/http/multipart.ts";
import type { AppEnv } from "#server/http/router.ts";
import type { StoredFile } from "#server/providers/storage/contract.ts";
import type { JobPriority } from "#server/vocabulary.ts";
import { knownSubject } from "../known-subjects.ts";
import { findRecording, findRecordingByHash, insertRecording } from "./queries.ts";
import { uploadFields } from "./shapes.ts";

/**
 * One request: the file streams to storage, then rows, captions and the transcription job appear in one transaction.
 * @throws Failure `invalid-input`, `file-missing`, `file-empty`.
 */
export async function uploadRecording(context: Context, c: HonoContext<AppEnv>) {
  const { userId } = c.get("caller");
  const key = `${userId}/recordings/${randomUUID()}`;
  let stored: (StoredFile & { filename: string | undefined }) | undefined;
  let captions: CaptionsFile | undefined;
  try {
    const given = await withinStorage(
      context,
      userId,
      context.config.limits.audioBytes,
      (maxBytes) =>
        readMultipart(c, maxBytes, async ({ field, filename, content }) => {
          if (field === "file" && !stored)
            stored = { ...(await context.storage.write(key, content, { maxBytes })), filename };
          else if (field === "captions") captions = await collectCaptions(content, filename);
        }),
    );
    const parsed = mustParse(uploadFields, given);
    await refuseUnknownEngine(context, parsed);
    const { transcribe, captions_encoding, ...fields } = parsed;
    if (!stored) fail("file-missing");
    const read =
      captions &&
      (await readCaptionsAside(captions.bytes, {
        chosen: captions_encoding,
        language: fields.language,
      }));
    return (await addRecording(context, userId, {
      ...fields,
      key,
      stored,
      filename: stored.filename,
      captions: captions && read && { ...captions, read },
      transcribe: transcribe === "true",
    }))!;
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}

export interface NewRecording {
  key: string;
  stored: StoredFile;
  filename: string | undefined;
  title?: string | undefined;
  recording_type: Row<"recordings">["recording_type"];
  subject?: string | undefined;
  language?: string | undefined;
  engine?: string | undefined;
  model?: string | undefined;
  priority?: JobPriority | undefined;
  captions?: GivenCaptions | undefined;
  transcribe: boolean;
  /** First in the transaction; false means that another one has done it, and nothing is added. */
  begin?: (tx: Tx) => Promise<boolean>;
  /** Last in the transaction. */
  end?: (tx: Tx, made: { recording_id: string; duplicate_of: string | null }) => Promise<void>;
}

/**
 * A file that is already in storage becomes a recording.
 * @throws Failure `file-empty`, `audio-unreadable`; the caller then deletes the file.
 */
export async function addRecording(context: Context, userId: string, given: NewRecording) {
  if (given.stored.sizeBytes === 0) fail("file-empty");
  const info = await context.storage.withLocalFile(given.key, (path) =>
    context.decoder.probe(path),
  );
  const shownName = given.filename ?? null;
  return context.database.transaction().execute(async (tx) => {
    // What came by an upload has had its place since it began.
    if (given.begin) {
      if (!(await given.begin(tx))) return undefined;
    } else {
      await takeStorage(context, tx, userId, given.stored.sizeBytes);
      if (given.transcribe && !given.captions)
        await takeJobPlace(context, tx, userId, "transcribe");
    }
    const older = await findRecordingByHash(tx, userId, given.stored.sha256);
    const made = await insertRecording(tx, {
      user_id: userId,
      title: given.title ?? (shownName?.replace(/\.[^.]{1,5}$/, "") || "Recording"),
      recording_type: given.recording_type,
      subject: (await knownSubject(tx, userId, given.subject)) ?? null,
      language: given.language ?? null,
      original_filename: shownName,
      mime_type: info.mimeType,
      size_bytes: given.stored.sizeBytes,
      sha256: given.stored.sha256,
      storage_key: given.key,
      duration_seconds: info.durationSeconds ?? null,
      sound_tracks: info.tracks ? JSON.stringify(info.tracks) : null,
      sound_track: info.track ?? null,
    });
    if (given.captions) await supplyCaptions(context, tx, userId, made, given.captions);
    const transcription_job =
      given.transcribe && !given.captions
        ? await startTranscription(tx, userId, made.id, given)
        : null;
    await notifyChanged(tx, userId, { kind: "recording", id: made.id, change: "created" });
    await enqueueJob(tx, {
      user_id: userId,
      job_type: "draw-waveform",
      payload: { recording_id: made.id },
      priority: -10,
    });
    const duplicate_of = older?.id ?? null;
    await given.end?.(tx, { recording_id: made.id, duplicate_of });
    return {
      recording: (await findRecording(tx, userId, made.id))!,
      transcription_job,
      duplicate_of,
    };
  });
}
