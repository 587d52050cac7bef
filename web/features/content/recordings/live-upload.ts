/**
 * Sends a recording to the server while it is being made (tus 1.0, length unknown until the end). A piece counts as
 * sent only with the server's receipt: its hash, given when it is durable there. What is kept in the browser is the
 * truth: whatever the server lacks is sent from there, after a lost network, a dead server or an expired session alike.
 */
import type { Upload as ServerUpload } from "#server/features/content/uploads/shapes.ts";
import { createUpload, sendPiece } from "#server/resumable-upload.ts";
import { request, send } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { findKept, putKept, readSound, type KeptRecording } from "./piece-store.ts";

/** After hours without a network: not all in one request. */
const AT_ONCE_BYTES = 4 * 1024 * 1024;

export interface LiveUpload {
  /** Something new is kept; returns at once. */
  nudge(): void;
}

export function startLiveUpload(
  kept: KeptRecording,
  onAddress: (uploadPath: string) => void,
): LiveUpload {
  let current = kept;
  let sending = false;
  let again = false;
  async function run() {
    sending = true;
    do {
      again = false;
      // Without a network or a server the next piece tries again; nothing is lost meanwhile.
      await sendRest(current, (path) => {
        current = { ...current, upload_path: path };
        onAddress(path);
      }).catch(() => {});
    } while (again);
    sending = false;
  }
  return {
    nudge() {
      if (sending) again = true;
      else void run();
    },
  };
}

/**
 * All that the server lacks; then the recording is made of it.
 * @returns undefined when the server cannot go on with it.
 */
export async function finishLiveUpload(kept: KeptRecording): Promise<string | undefined> {
  try {
    let path = kept.upload_path;
    await sendRest(kept, (made) => (path = made));
    const upload = await request<ServerUpload>(`${path!}/finish`, { method: "POST" });
    return upload.recording_id ?? undefined;
  } catch (error) {
    // Expired or unknown there: the browser's copy is sent anew, as a whole.
    if (error instanceof Problem && (error.status === 404 || error.status === 410))
      return undefined;
    throw error;
  }
}

/** The last piece is still on its way when the recording is finished: they go one after the other, to one upload. */
const underWay = new Map<string, Promise<unknown>>();

function sendRest(kept: KeptRecording, onAddress: (uploadPath: string) => void) {
  const before = underWay.get(kept.id) ?? Promise.resolve();
  const sending = before
    .catch(() => {})
    .then(async () => {
      const known = kept.upload_path ?? (await findKept(kept.id))?.upload_path;
      const path = known ?? (await create(kept));
      if (path !== kept.upload_path) onAddress(path);
      if (!known) {
        const stored = await findKept(kept.id);
        if (stored) await putKept({ ...stored, upload_path: path });
      }
      await sendTo(path, kept);
    });
  underWay.set(kept.id, sending);
  const forget = () => {
    if (underWay.get(kept.id) === sending) underWay.delete(kept.id);
  };
  sending.then(forget, forget);
  return sending;
}

async function sendTo(path: string, kept: KeptRecording) {
  const upload = await request<ServerUpload>(path);
  if (upload.status !== "receiving") return;
  const sound = await readSound(kept);
  for (let offset = upload.offset_bytes; offset < sound.size;) {
    const piece = await sound.slice(offset, offset + AT_ONCE_BYTES).arrayBuffer();
    const checksum = await checksumOf(piece);
    const answer = await sendPiece({ send }, path, offset, piece, checksum);
    if (checksum && answer.headers.get("upload-checksum") !== checksum)
      throw new Error("no receipt for this piece");
    offset += piece.byteLength;
  }
}

function create(kept: KeptRecording) {
  const metadata = { filetype: kept.mime_type, recording_type: "lecture", priority: "high" };
  return createUpload({ send }, metadata, undefined);
}

/** Browsers hash on localhost and over HTTPS only, where they also record. */
async function checksumOf(bytes: ArrayBuffer) {
  if (!globalThis.crypto.subtle) return undefined;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256 ${btoa(String.fromCharCode(...hash))}`;
}
