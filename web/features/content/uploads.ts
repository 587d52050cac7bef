/** What is on its way to the server. It lives outside of the pages: going elsewhere in the app interrupts nothing. */
import { useSyncExternalStore } from "react";
import { DOCUMENT_FORMATS } from "#server/features/content/study-materials/formats/shapes.ts";
import { sentenceOf } from "../../api/problem.ts";
import { queryClient } from "../../api/query-client.ts";
import { fetchLater, fetchPart } from "../../fetch-part.ts";
import { i18n } from "../../i18n.ts";
import { uploadMaterial } from "./study-materials/upload-material.ts";

// What sends in pieces is large, and few visits upload.
const sender = () => fetchPart(() => import("./recordings/upload-recording.ts"));
fetchLater(sender);

export interface Upload {
  id: number;
  name: string;
  kind: "recording" | "study_material";
  status: "waiting" | "sending" | "finishing" | "done" | "failed";
  sentBytes: number;
  totalBytes: number;
  bytesPerSecond: number;
  error?: string | undefined;
  /** What it became, once done. */
  resultId?: string | undefined;
}

interface Work {
  file: File;
  captions: File | undefined;
  abort: AbortController;
  fields: Record<string, string>;
  onDone: ((resultId: string) => void) | undefined;
  goesOn: string | undefined;
}

interface Wish {
  fields?: Record<string, string>;
  onDone?: (resultId: string) => void;
  /** The upload that this file goes on with, such as `/uploads/…`. */
  goesOn?: string;
}

const AT_ONCE = 2;
const CAPTIONS = /\.(srt|vtt)$/i;
const SOUND = /\.(mp3|m4a|mp4|m4v|mov|wav|flac|ogg|oga|opus|webm|mka|mkv|aac|wma|amr|3gp)$/i;
const DOCUMENT_ENDINGS = DOCUMENT_FORMATS.flatMap(({ extensions }) =>
  extensions.map((each) => `.${each}`),
);

/** For the file picker. */
export const ACCEPTED = [
  "audio/*,video/*,.mp3,.m4a,.mp4,.wav,.flac,.ogg,.opus,.webm,.srt,.vtt",
  ...DOCUMENT_ENDINGS,
  ...new Set(DOCUMENT_FORMATS.map(({ mime_type }) => mime_type)),
].join(",");

let uploads: readonly Upload[] = [];
let lastId = 0;
const works = new Map<number, Work>();
const listeners = new Set<() => void>();

export function useUploads() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
}

/**
 * Captions go with the recording of the same name, or with the only recording beside them. The name only sorts; the
 * server looks at the content.
 */
export function addUploads(files: Iterable<File>, options: Wish = {}) {
  const all = [...files];
  const captions = all.filter(({ name }) => CAPTIONS.test(name));
  const others = all.filter(({ name }) => !CAPTIONS.test(name));
  const recordings = others.filter(isSound);
  for (const file of others) {
    const beside = recordings.includes(file)
      ? (captions.find(({ name }) => stem(name) === stem(file.name)) ??
        (recordings.length === 1 ? captions[0] : undefined))
      : undefined;
    if (beside) captions.splice(captions.indexOf(beside), 1);
    const isRecording = options.goesOn !== undefined || recordings.includes(file);
    // Whoever brings one waits for its text.
    const fields = {
      ...(isRecording && others.length === 1 && { priority: "high" }),
      ...options.fields,
    };
    add(file, isRecording ? "recording" : "study_material", beside, { ...options, fields });
  }
  for (const left of captions) {
    const id = add(left, "recording", undefined, options, false);
    change(id, { status: "failed", error: i18n.t("uploads.captionsAlone") });
  }
}

export function cancelUpload(id: number) {
  works.get(id)?.abort.abort();
  works.delete(id);
  uploads = uploads.filter((upload) => upload.id !== id);
  emit();
}

export function retryUpload(id: number) {
  const work = works.get(id);
  if (!work) return;
  work.abort = new AbortController();
  change(id, { status: "waiting", sentBytes: 0, error: undefined });
  startNext();
}

export function clearFinished() {
  for (const { id, status } of uploads)
    if (status === "done" || status === "failed") works.delete(id);
  uploads = uploads.filter(({ status }) => status !== "done" && status !== "failed");
  emit();
}

function add(
  file: File,
  kind: Upload["kind"],
  captions: File | undefined,
  options: Wish,
  start = true,
) {
  const id = ++lastId;
  works.set(id, {
    file,
    captions,
    abort: new AbortController(),
    fields: options.fields ?? {},
    onDone: options.onDone,
    goesOn: options.goesOn,
  });
  uploads = [
    ...uploads,
    {
      id,
      name: file.name,
      kind,
      status: "waiting",
      sentBytes: 0,
      totalBytes: file.size,
      bytesPerSecond: 0,
    },
  ];
  emit();
  if (start) startNext();
  return id;
}

function startNext() {
  const running = uploads.filter(
    ({ status }) => status === "sending" || status === "finishing",
  ).length;
  for (const { id } of uploads
    .filter(({ status }) => status === "waiting")
    .slice(0, AT_ONCE - running))
    void run(id);
}

async function run(id: number) {
  const upload = uploads.find((one) => one.id === id);
  const work = works.get(id);
  if (!upload || !work) return;
  change(id, { status: "sending" });
  const started = performance.now();
  const options = {
    signal: work.abort.signal,
    onProgress(sentBytes: number, totalBytes: number) {
      const bytesPerSecond = sentBytes / Math.max(0.2, (performance.now() - started) / 1000);
      // All is sent, but the server still stores and looks at it.
      change(id, {
        sentBytes,
        totalBytes,
        bytesPerSecond,
        status: sentBytes >= totalBytes ? "finishing" : "sending",
      });
    },
  };
  try {
    const resultId =
      upload.kind === "recording"
        ? await (
            await sender()
          ).uploadRecording(
            {
              file: work.file,
              captions: work.captions,
              fields: work.fields,
              goesOn: work.goesOn,
            },
            options,
          )
        : await uploadMaterial({ file: work.file, fields: work.fields }, options);
    change(id, { status: "done", resultId });
    works.delete(id);
    void queryClient.invalidateQueries({ queryKey: ["library"] });
    void queryClient.invalidateQueries({
      queryKey: [upload.kind === "recording" ? "recordings" : "study-materials"],
    });
    work.onDone?.(resultId);
  } catch (error) {
    if (!work.abort.signal.aborted)
      change(id, {
        status: "failed",
        error: sentenceOf(error),
      });
  }
  startNext();
}

function isSound(file: File) {
  if (DOCUMENT_ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending))) return false;
  return /^(audio|video)\//.test(file.type) || SOUND.test(file.name);
}

function stem(name: string) {
  // Zoom and YouTube name captions "lecture.en.vtt" or "lecture.transcript.vtt".
  return name
    .toLowerCase()
    .replace(/\.[^.]+$/, "")
    .replace(/\.(transcript|[a-z]{2}(-[a-z]{2,4})?)$/, "");
}

function change(id: number, values: Partial<Upload>) {
  uploads = uploads.map((upload) => (upload.id === id ? { ...upload, ...values } : upload));
  emit();
}

function emit() {
  for (const listener of listeners) listener();
}
