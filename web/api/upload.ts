/** A multipart upload with true progress: fetch reports none for what it sends, XMLHttpRequest does. */
import { i18n } from "../i18n.ts";
import { addressOf } from "./client.ts";
import { Problem, problemFrom } from "./problem.ts";
import { CSRF, currentToken, refresh } from "./session.ts";

export interface UploadOptions {
  onProgress: (sentBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

export async function upload<T>(path: string, form: FormData, options: UploadOptions): Promise<T> {
  let answer = await attempt(path, form, options);
  if (answer.status === 401 && (await refresh())) answer = await attempt(path, form, options);
  if (answer.status < 200 || answer.status > 299)
    throw await problemFrom(
      answer.status,
      answer.body,
      answer.retryAfter,
      i18n.t("errors.unknown"),
    );
  return answer.body as T;
}

async function attempt(path: string, form: FormData, { onProgress, signal }: UploadOptions) {
  const token = await currentToken();
  return new Promise<{ status: number; body: unknown; retryAfter: string | null }>(
    (resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open("POST", addressOf(path));
      if (token) xhr.setRequestHeader("Authorization", `Bearer ${token}`);
      for (const [name, value] of Object.entries(CSRF)) xhr.setRequestHeader(name, value);
      xhr.responseType = "json";
      xhr.upload.onprogress = (event) => onProgress(event.loaded, event.total);
      xhr.onload = () =>
        resolve({
          status: xhr.status,
          body: xhr.response,
          retryAfter: xhr.getResponseHeader("retry-after"),
        });
      xhr.onerror = () =>
        reject(new Problem({ status: 0, code: "offline", sentence: i18n.t("errors.offline") }));
      xhr.onabort = () => reject(signal.reason);
      signal.addEventListener("abort", () => xhr.abort(), { once: true });
      xhr.send(form);
    },
  );
}
