/** A suitcase of gigabytes: after a cut, a reload or in another browser it goes on from what the server has. */
import type { Upload } from "#server/features/content/uploads/shapes.ts";
import { uploadResumably } from "#server/resumable-upload.ts";
import { send } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";

/**
 * @param onProgress from 0 to 1.
 * @returns the id of the import that was begun with it.
 */
export async function sendSuitcase(
  file: File,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const made = await uploadResumably<Upload>(
    {
      send: (path, init) => send(path, { ...init, signal }),
      statusOf: (error) => (error instanceof Problem && !signal.aborted ? error.status : undefined),
    },
    {
      size_bytes: file.size,
      read: (start, end) => file.slice(start, end),
      // What would come in is told first; taking it in does not send it again.
      metadata: {
        kind: "account_import",
        dry_run: "true",
        fingerprint: `${file.size}:${file.lastModified}`,
      },
    },
    (sent) => onProgress(file.size === 0 ? 1 : sent / file.size),
  );
  return made.account_import_id!;
}
