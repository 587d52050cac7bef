/** A stored file with ranges (RFC 9110, section 14), so that a player seeks at once in a long recording. */
import { Readable } from "node:stream";
import type { Context as HonoContext } from "hono";
import { fail } from "#server/failures.ts";
import type { Storage } from "#server/providers/storage/contract.ts";
import { disposition } from "./disposition.ts";
import type { AppEnv } from "./router.ts";

export async function sendFile(
  c: HonoContext<AppEnv>,
  storage: Storage,
  file: {
    storage_key: string;
    mime_type: string;
    etag: string;
    filename?: string | null;
    download?: boolean;
  },
) {
  // The row is there and its file is not: no fault of who asks, and worth a word to who runs the server.
  const size = (await storage.size(file.storage_key)) ?? fail("file-gone");
  return sendBytes(c, { ...file, size, read: (range) => storage.read(file.storage_key, range) });
}

/**
 * Anything of a known length that can be read from any place.
 * @param file.read bytes `start` to `end`, both inclusive.
 */
export async function sendBytes(
  c: HonoContext<AppEnv>,
  file: {
    size: number;
    read(range: { start: number; end: number }): Promise<Readable>;
    mime_type: string;
    etag: string;
    filename?: string | null;
    download?: boolean;
  },
) {
  const { size } = file;
  const etag = `"${file.etag}"`;
  c.header("Accept-Ranges", "bytes");
  c.header("ETag", etag);
  // Asked again each time, by its ETag: after a log-out nothing is played from the browser's own copy.
  c.header("Cache-Control", "private, no-cache");
  c.header("Content-Type", file.mime_type);
  // What a student uploaded is never run as a page of this site.
  c.header("Content-Security-Policy", "default-src 'none'; sandbox");
  if (file.filename)
    c.header(
      "Content-Disposition",
      disposition(file.download ? "attachment" : "inline", file.filename),
    );
  if (c.req.header("if-none-match") === etag) return c.body(null, 304);

  const asked = c.req.header("range");
  const range =
    asked && (c.req.header("if-range") ?? etag) === etag ? parseRange(asked, size) : undefined;
  if (range === "unsatisfiable") {
    c.header("Content-Range", `bytes */${size}`);
    return c.body(null, 416);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  c.header("Content-Length", String(end - start + 1));
  if (range) c.header("Content-Range", `bytes ${start}-${end}/${size}`);
  if (c.req.method === "HEAD") return c.body(null, range ? 206 : 200);
  const content = await file.read({ start, end });
  return c.body(Readable.toWeb(content) as ReadableStream, range ? 206 : 200);
}

/** One range; several in one request are answered with the whole file, as the RFC allows. */
function parseRange(
  header: string,
  size: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const start = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === "" || match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start > end || start >= size ? "unsatisfiable" : { start, end };
}
