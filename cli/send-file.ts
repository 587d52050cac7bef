/** Sends a file so that it can be gone on with after a cut, also in another run. */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import type { Upload } from "#server/features/content/uploads/shapes.ts";
import { uploadResumably } from "#server/resumable-upload.ts";
import { ClientFailure, type Client } from "./client.ts";

/**
 * @param onProgress is told how many bytes the server has.
 * @throws ClientFailure when the server refuses; Error after two minutes without it.
 */
export async function sendFile(
  client: Client,
  path: string,
  metadata: Record<string, string>,
  onProgress: (sentBytes: number, wholeBytes: number) => void,
): Promise<Upload> {
  const file = await open(path);
  try {
    const { size, mtimeMs } = await file.stat();
    const fingerprint = `${size}:${Math.floor(mtimeMs)}:${basename(path)}`;
    return await uploadResumably<Upload>(
      {
        send: (to, init) => client.request(to, init),
        // What is no answer of the server is a lost network.
        statusOf: (error) => (error instanceof ClientFailure ? error.problem.status : 0),
      },
      {
        size_bytes: size,
        metadata: { ...metadata, filename: basename(path), fingerprint },
        async read(start, end) {
          const piece = Buffer.allocUnsafe(end - start);
          const { bytesRead } = await file.read(piece, 0, piece.length, start);
          return piece.subarray(0, bytesRead);
        },
      },
      (sent) => onProgress(sent, size),
    );
  } finally {
    await file.close();
  }
}
