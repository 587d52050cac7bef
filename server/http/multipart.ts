import type { Readable } from "node:stream";
import busboy from "busboy";
/** One file and a few fields from `multipart/form-data` (RFC 7578), streamed: the file goes where `onFile` sends it, whatever the order of the parts. */
import type { Context as HonoContext } from "hono";
import { fail, Failure } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

const FIELDS_BYTES = 64 * 1024;

export interface UploadedFile {
  field: string;
  /** As the sender wrote it: to be shown, never to be used as a path. */
  filename: string | undefined;
  content: Readable;
}

/**
 * @param onFile must consume `content`; called for each file in turn, and all are awaited.
 * @throws Failure `malformed-request`; `file-too-large` before the body is read where Content-Length says so; whatever onFile throws.
 */
export async function readMultipart(
  c: HonoContext<AppEnv>,
  maxBytes: number,
  onFile: (file: UploadedFile) => Promise<void>,
) {
  const request = c.env.incoming;
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data"))
    fail("malformed-request", { message: "The file must be sent as multipart/form-data." });
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes + 2 * FIELDS_BYTES) {
    c.header("Connection", "close");
    fail("file-too-large", { message: tooLarge(maxBytes) });
  }

  const fields: Record<string, string> = {};
  const work: Promise<void>[] = [];
  let failure: unknown;
  const parser = busboy({
    headers: request.headers,
    defParamCharset: "utf8",
    limits: { fileSize: maxBytes + 1, files: 3, fields: 20, fieldSize: FIELDS_BYTES },
  });
  await new Promise<void>((resolve, reject) => {
    parser.on("field", (name, value, info) => {
      if (info.valueTruncated)
        failure ??= new Failure("invalid-input", {
          errors: [{ field: name, message: "is too long" }],
        });
      fields[name] = value;
    });
    parser.on("file", (field, content, info) => {
      content.on("limit", () =>
        content.destroy(new Failure("file-too-large", { message: tooLarge(maxBytes) })),
      );
      work.push(
        onFile({ field, filename: info.filename || undefined, content }).catch((error: unknown) => {
          failure ??= error;
          content.resume(); // the rest is read and dropped, so that the sender hears the answer
        }),
      );
    });
    parser.on("close", resolve);
    parser.on("error", (error) => reject(new Failure("malformed-request", { cause: error })));
    request.on("aborted", () => parser.destroy(new Error("the upload was cut off")));
    request.pipe(parser);
  });
  await Promise.all(work);
  if (failure) throw failure;
  return fields;
}

export function tooLarge(maxBytes: number) {
  const size =
    maxBytes >= 1024 ** 3
      ? `${+(maxBytes / 1024 ** 3).toFixed(1)} GiB`
      : `${+(maxBytes / 1024 ** 2).toFixed(1)} MiB`;
  return `The file is larger than this server accepts (${size}).`;
}
