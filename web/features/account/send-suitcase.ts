/**
 * A suitcase of gigabytes goes piece by piece (tus 1.0): after a cut, a reload or in another browser it goes on from
 * what the server has.
 */
import type { Upload } from "#server/features/content/uploads/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request, send } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";

const TUS = { "Tus-Resumable": "1.0.0" };
const PIECE_BYTES = 8 * 1024 * 1024;
const TRIES = 8;

/** @returns the id of the import that was begun with it. */
export async function sendSuitcase(
  file: File,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const fingerprint = `${file.size}:${file.lastModified}`;
  const path = `/uploads/${(await findBegun(fingerprint)) ?? (await create(file, fingerprint))}`;
  for (let failures = 0; ;) {
    try {
      const upload = await request<Upload>(path, { signal });
      for (let offset = upload.offset_bytes; offset < file.size;) {
        onProgress(offset / file.size);
        const piece = file.slice(offset, offset + PIECE_BYTES);
        await send(path, {
          method: "PATCH",
          body: piece,
          signal,
          headers: {
            ...TUS,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": String(offset),
          },
        });
        offset += piece.size;
        failures = 0;
      }
      onProgress(1);
      const made = await request<Upload>(`${path}/finish`, { method: "POST", signal });
      return made.account_import_id!;
    } catch (error) {
      const passing =
        error instanceof Problem &&
        (error.status === 0 || error.status >= 500 || [408, 409, 429].includes(error.status));
      if (signal.aborted || !passing || ++failures > TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(15_000, 500 * 2 ** failures)));
    }
  }
}

async function findBegun(fingerprint: string) {
  const { items } = await request<Page<Upload>>("/uploads", {
    query: { status: "receiving", limit: 200 },
  });
  return items.find(
    ({ kind, metadata }) => kind === "account_import" && metadata["fingerprint"] === fingerprint,
  )?.id;
}

async function create(file: File, fingerprint: string) {
  // What would come in is told first; taking it in does not send it again.
  const metadata = { kind: "account_import", dry_run: "true", fingerprint };
  const answer = await send("/uploads", {
    method: "POST",
    headers: {
      ...TUS,
      "Upload-Length": String(file.size),
      "Upload-Metadata": Object.entries(metadata)
        .map(([name, value]) => `${name} ${btoa(value)}`)
        .join(","),
    },
  });
  return (answer.headers.get("location") ?? "").split("/").at(-1)!;
}
