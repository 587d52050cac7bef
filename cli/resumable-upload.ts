/**
 * Sends a file by tus 1.0 (https://tus.io/protocols/resumable-upload): after a cut it goes on from what the server has,
 * also in another run: the server is asked for an unfinished upload with this file's fingerprint.
 */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Upload } from "#server/features/content/uploads/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { ClientFailure, type Client } from "./client.ts";

const TUS = { "tus-resumable": "1.0.0" };
/** What a cut costs at most. */
const PIECE_BYTES = 16 * 1024 * 1024;
/** A server that restarts is back within a minute or two. */
const TRIES = 12;
const LONGEST_PAUSE_MS = 15_000;

/**
 * @param onProgress is told how many bytes the server has.
 * @throws ClientFailure when the server refuses; Error after a minute without it.
 */
export async function uploadResumably(
  client: Client,
  path: string,
  metadata: Record<string, string>,
  onProgress: (sent: number, whole: number) => void,
): Promise<Upload> {
  const file = await open(path);
  try {
    const { size, mtimeMs } = await file.stat();
    const fingerprint = `${size}:${Math.floor(mtimeMs)}:${basename(path)}`;
    const given = { ...metadata, filename: basename(path), fingerprint };
    const found = await find(client, given);
    const id = found ?? (await create(client, size, given));
    for (let failures = 0; ;) {
      try {
        let { offset_bytes: offset, status } = await client.get<Upload>(`/uploads/${id}`);
        while (status === "receiving" && offset < size) {
          onProgress(offset, size);
          const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - offset));
          await file.read(piece, 0, piece.length, offset);
          await client.request(`/uploads/${id}`, {
            method: "PATCH",
            body: piece,
            headers: {
              ...TUS,
              "content-type": "application/offset+octet-stream",
              "upload-offset": String(offset),
            },
          });
          offset += piece.length;
          failures = 0;
        }
        onProgress(size, size);
        const made = await client.request(`/uploads/${id}/finish`, { method: "POST" });
        return (await made.json()) as Upload;
      } catch (error) {
        const refused = error instanceof ClientFailure && error.problem.status < 500;
        // 409: another request still held the upload; 408, 429: come again.
        if (refused && ![408, 409, 423, 429].includes(error.problem.status)) throw error;
        if (++failures > TRIES) throw error;
        await setTimeout(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures));
      }
    }
  } finally {
    await file.close();
  }
}

async function find(client: Client, wanted: Record<string, string>) {
  let cursor = "";
  do {
    const page = await client.get<Page<Upload>>(
      `/uploads?status=receiving&limit=200${cursor && `&cursor=${cursor}`}`,
    );
    for (const { id, metadata } of page.items)
      if (Object.entries(wanted).every(([name, value]) => metadata[name] === value)) return id;
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return undefined;
}

async function create(client: Client, size: number, metadata: Record<string, string>) {
  const answer = await client.request("/uploads", {
    method: "POST",
    headers: {
      ...TUS,
      "upload-length": String(size),
      "upload-metadata": Object.entries(metadata)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
        .join(","),
    },
  });
  return answer.headers.get("location")!.split("/").at(-1)!;
}
