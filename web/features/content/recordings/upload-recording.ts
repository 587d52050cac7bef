import * as tus from "tus-js-client";
import type { UploadedRecording } from "#server/features/content/recordings/shapes.ts";
import type { Upload as ServerUpload } from "#server/features/content/uploads/shapes.ts";
import { apiPath } from "../../../api/base-path.ts";
import { addressOf, request } from "../../../api/client.ts";
import { Problem, problemFrom } from "../../../api/problem.ts";
import { CSRF, currentToken, refresh } from "../../../api/session.ts";
import { upload, type UploadOptions } from "../../../api/upload.ts";
import { i18n } from "../../../i18n.ts";
import { toast } from "../../../ui/toast.tsx";

interface Given {
  file: File | Blob;
  filename?: string;
  captions?: File | undefined;
  fields: Record<string, string>;
  /** An upload that stopped, perhaps in another browser. */
  goesOn?: string | undefined;
}

/** What one lost connection may cost; each is acknowledged when it is durable. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/**
 * Resumable: goes on after a lost network, a restarted server or a closed page. Answers with the id of the recording.
 */
export async function uploadRecording(given: Given, options: UploadOptions) {
  options.signal.throwIfAborted();
  return given.captions ? uploadWithCaptions(given, options) : uploadResumable(given, options);
}

async function uploadResumable({ file, filename, fields, goesOn }: Given, options: UploadOptions) {
  const name = filename ?? (file instanceof File ? file.name : "recording");
  const address = await new Promise<string>((resolve, reject) => {
    const sending = new tus.Upload(file, {
      endpoint: addressOf("/uploads"),
      ...(goesOn && { uploadUrl: addressOf(goesOn) }),
      chunkSize: CHUNK_BYTES,
      retryDelays: [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000],
      metadata: { ...fields, filename: name, filetype: file.type || "application/octet-stream" },
      removeFingerprintOnSuccess: true,
      async onBeforeRequest(asked) {
        const token = await currentToken();
        if (token) asked.setHeader("Authorization", `Bearer ${token}`);
        for (const [header, value] of Object.entries(CSRF)) asked.setHeader(header, value);
      },
      onShouldRetry(error) {
        const status = error.originalResponse?.getStatus() ?? 0;
        if (status === 401) void refresh();
        return status < 400 || status >= 500 || [401, 409, 423, 429].includes(status);
      },
      onProgress: (sent, total) => options.onProgress(sent, total ?? file.size),
      onError: (error) => void problemOf(error).then(reject),
      onSuccess: () => resolve(sending.url ?? ""),
    });
    options.signal.addEventListener("abort", () => {
      void sending.abort(true).catch(() => {});
      reject(options.signal.reason as Error);
    });
    sending
      .findPreviousUploads()
      .then((previous) => {
        const [newest] = previous.toSorted((a, b) => b.creationTime.localeCompare(a.creationTime));
        if (newest && !goesOn) sending.resumeFromPreviousUpload(newest);
        sending.start();
      })
      .catch(reject);
  });
  const path = apiPath(address);
  const made = await request<ServerUpload>(`${path}/finish`, { method: "POST" });
  if (made.duplicate_of) toast(i18n.t("uploads.duplicate"));
  return made.recording_id ?? "";
}

/** One multipart request: captions and recording belong together. */
async function uploadWithCaptions(given: Given, options: UploadOptions) {
  const form = new FormData();
  // Fields first: the server reads the form as a stream.
  for (const [name, value] of Object.entries(given.fields)) form.append(name, value);
  if (given.captions) form.append("captions", given.captions, given.captions.name);
  form.append(
    "file",
    given.file,
    given.filename ?? (given.file instanceof File ? given.file.name : "recording"),
  );
  const { recording, duplicate_of } = await upload<UploadedRecording>("/recordings", form, options);
  if (duplicate_of) toast(i18n.t("uploads.duplicate"));
  return recording.id;
}

async function problemOf(error: Error) {
  const response = error instanceof tus.DetailedError ? error.originalResponse : null;
  if (!response)
    return new Problem({ status: 0, code: "offline", sentence: i18n.t("errors.offline") });
  let body: unknown;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    // plain text, or nothing
  }
  return problemFrom(
    response.getStatus(),
    body,
    response.getHeader("retry-after") ?? null,
    i18n.t("errors.unknown"),
  );
}
