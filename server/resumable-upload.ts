/**
 * A file goes piece by piece (tus 1.0, https://tus.io/protocols/resumable-upload): after a cut it goes on from what the
 * server has, also in another run or another browser. Imports nothing: the page and the command line resume alike.
 */

/** What a cut costs at most. */
const PIECE_BYTES = 8 * 1024 * 1024;
/** With the pauses about two minutes: a server that restarts is back by then. */
const TRIES = 12;
const LONGEST_PAUSE_MS = 15_000;
/** 409, 423: another request still held the upload; 408, 429: come again. */
const PASSING = [408, 409, 423, 429];

const VERSION = { "tus-resumable": "1.0.0" };

interface Sending {
  method: "GET" | "POST" | "PATCH";
  headers?: Record<string, string>;
  body?: BodyInit;
}

export interface UploadServer {
  /** A path below `/api`; an answer that is not 2xx is an error. */
  send(path: string, sending: Sending): Promise<Response>;
  /** The status of what `send` threw, 0 where there was no answer; undefined for what no second try mends. */
  statusOf(error: unknown): number | undefined;
}

/** What this module reads of an upload. */
interface Begun {
  id: string;
  status: string;
  offset_bytes: number;
  metadata: Record<string, unknown>;
}

export interface WholeFile {
  size_bytes: number;
  /** Bytes from `start` to before `end`. */
  read(start: number, end: number): BodyInit | Promise<BodyInit>;
  /** With a fingerprint of the file: an unfinished upload with the same metadata is gone on with. */
  metadata: Record<string, string>;
}

/**
 * @param onProgress is told how many bytes the server has.
 * @returns the upload as `POST /api/uploads/{id}/finish` answers.
 * @throws what `send` throws, when the server refuses or after two minutes without it.
 */
export async function uploadResumably<Upload>(
  server: UploadServer,
  file: WholeFile,
  onProgress: (sentBytes: number) => void,
): Promise<Upload> {
  const path =
    (await findBegun(server, file.metadata)) ??
    (await createUpload(server, file.metadata, file.size_bytes));
  for (let failures = 0; ;) {
    try {
      const upload = await get<Begun>(server, path);
      for (let at = upload.offset_bytes; upload.status === "receiving" && at < file.size_bytes;) {
        onProgress(at);
        const end = Math.min(at + PIECE_BYTES, file.size_bytes);
        await sendPiece(server, path, at, await file.read(at, end));
        at = end;
        failures = 0;
      }
      onProgress(file.size_bytes);
      const made = await server.send(`${path}/finish`, { method: "POST" });
      return (await made.json()) as Upload;
    } catch (error) {
      const status = server.statusOf(error);
      const passes =
        status !== undefined && (status === 0 || status >= 500 || PASSING.includes(status));
      if (!passes || ++failures > TRIES) throw error;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures)),
      );
    }
  }
}

/**
 * @param sizeBytes undefined while a recorder does not know it yet.
 * @returns the upload's path below `/api`.
 */
export async function createUpload(
  server: Pick<UploadServer, "send">,
  metadata: Record<string, string>,
  sizeBytes: number | undefined,
): Promise<string> {
  const { headers } = await server.send("/uploads", {
    method: "POST",
    headers: {
      ...VERSION,
      ...(sizeBytes === undefined
        ? { "upload-defer-length": "1" }
        : { "upload-length": String(sizeBytes) }),
      "upload-metadata": Object.entries(metadata)
        .map(([name, value]) => `${name} ${base64(value)}`)
        .join(","),
    },
  });
  return `/uploads/${(headers.get("location") ?? "").split("/").at(-1)!}`;
}

/** One piece at its place. @param checksum tus's own form: `sha256 BASE64`. */
export function sendPiece(
  server: Pick<UploadServer, "send">,
  path: string,
  offsetBytes: number,
  body: BodyInit,
  checksum?: string,
): Promise<Response> {
  return server.send(path, {
    method: "PATCH",
    body,
    headers: {
      ...VERSION,
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(offsetBytes),
      ...(checksum === undefined ? {} : { "upload-checksum": checksum }),
    },
  });
}

async function findBegun(server: UploadServer, wanted: Record<string, string>) {
  let cursor = "";
  do {
    const page = await get<{ items: Begun[]; next_cursor: string | null }>(
      server,
      `/uploads?status=receiving&limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const { id, metadata } of page.items)
      if (Object.entries(wanted).every(([name, value]) => metadata[name] === value))
        return `/uploads/${id}`;
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return undefined;
}

async function get<Answer>(server: UploadServer, path: string) {
  const answer = await server.send(path, { method: "GET" });
  return (await answer.json()) as Answer;
}

function base64(text: string) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
