/**
 * One file and a few fields from `multipart/form-data` (RFC 7578), streamed: the file goes where `onFile` sends it,
 * whatever the order of the parts.
 *
 * Every stream has an owner here: the request is read by one loop, the parser and the file it is reading are ended by
 * it, and the first thing that fails ends the rest. What the sender still sends after that is read away by
 * `answer-early.ts`.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Readable, Writable } from "node:stream";
import busboy from "busboy";
import type { Context as HonoContext } from "hono";
import { fail, Failure } from "#server/failures.ts";
import { shownFileName } from "./file-name.ts";
import { refuseNul } from "./nul.ts";
import type { AppEnv } from "./router.ts";

const FIELD_BYTES = 64 * 1024;
/** Beside the file: fields, part headers, and captions. */
const REST_BYTES = 12 * 1024 * 1024;

export interface UploadedFile {
  field: string;
  /** Cleaned for people to read (file-name.ts), at most 500 letters; never to be used as a path. */
  filename: string | undefined;
  content: Readable;
}

/**
 * @param maxBytes of one file.
 * @param onFile called for each file in turn, and all are awaited. What it leaves unread is read away; `content` fails
 * when the body is cut off.
 * @throws Failure `malformed-request` (another type, no boundary, cut off); `file-too-large`, before the body is read
 * where Content-Length
 *   says so; `invalid-input` for a field that is too long or holds U+0000; whatever onFile throws.
 */
export async function readMultipart(
  c: HonoContext<AppEnv>,
  maxBytes: number,
  onFile: (file: UploadedFile) => Promise<void>,
): Promise<Record<string, string>> {
  const request = c.env.incoming;
  const tooLong = () => new Failure("file-too-large", { message: tooLarge(maxBytes) });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes + REST_BYTES) throw tooLong();
  const parser = createParser(request, maxBytes);

  const fields: Record<string, string> = Object.create(null);
  const work: Promise<void>[] = [];
  const stop = Promise.withResolvers<never>();
  stop.promise.catch(() => {}); // it is always raced, but perhaps not yet
  parser.on("error", (cause) => stop.reject(cutOff(cause)));
  parser.on("field", (name, value, { valueTruncated }) => {
    if (valueTruncated)
      stop.reject(
        new Failure("invalid-input", { errors: [{ field: name, message: "is too long" }] }),
      );
    fields[name] = value;
  });
  parser.on("file", (field, content, { filename }) => {
    content.on("limit", () => stop.reject(tooLong()));
    // Its reader and the parser tell; without a listener here, a file that nobody reads (any more) would end the
    // process.
    content.on("error", () => {});
    work.push(
      onFile({ field, filename: shownFileName(filename), content }).then(
        () => void content.resume(),
        (error: unknown) => stop.reject(error === content.errored ? cutOff(error) : error),
      ),
    );
  });

  const closed = new Promise<void>((resolve) => parser.once("close", resolve));
  const stopped = new AbortController();
  try {
    await Promise.race([
      feed(request, parser, stopped.signal, maxBytes + REST_BYTES, tooLong),
      stop.promise,
    ]);
    await Promise.race([closed, stop.promise]);
    await Promise.race([Promise.all(work), stop.promise]);
    refuseNul(fields);
    return fields;
  } catch (error) {
    stopped.abort();
    parser.destroy(error as Error);
    await Promise.allSettled(work);
    throw error;
  }
}

function createParser(request: IncomingMessage, maxBytes: number) {
  if (!/^multipart\/form-data\b/i.test(request.headers["content-type"] ?? ""))
    fail("malformed-request", { message: "The file must be sent as multipart/form-data." });
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: "utf8",
      limits: { fileSize: maxBytes + 1, files: 3, fields: 20, fieldSize: FIELD_BYTES },
    });
  } catch (cause) {
    fail("malformed-request", {
      message: "The multipart/form-data names no boundary between its parts.",
      cause,
    });
  }
}

/** Leaves the request open at its end, so that it can still be answered. */
async function feed(
  request: IncomingMessage,
  parser: Writable,
  stopped: AbortSignal,
  maxBytes: number,
  tooLong: () => Failure,
) {
  let received = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      received += (chunk as Buffer).length;
      if (received > maxBytes) throw tooLong();
      if (stopped.aborted) return;
      if (!parser.write(chunk)) await once(parser, "drain", { signal: stopped });
    }
  } catch (error) {
    throw error instanceof Failure ? error : cutOff(error);
  }
  parser.end();
}

function cutOff(cause: unknown) {
  return new Failure("malformed-request", {
    message: "The upload was cut off before its end. Please send it again.",
    cause,
  });
}

export function tooLarge(maxBytes: number) {
  const size =
    maxBytes >= 1024 ** 3
      ? `${+(maxBytes / 1024 ** 3).toFixed(1)} GiB`
      : `${+(maxBytes / 1024 ** 2).toFixed(1)} MiB`;
  return `The file is larger than this server accepts (${size}).`;
}
