/**
 * The browser's own storage for sound that is being recorded (IndexedDB). Every piece is written as soon as it exists,
 * so that a killed tab or browser costs the last few seconds and not the lecture.
 */
export interface KeptRecording {
  id: string;
  user_id: string;
  title: string;
  subject: string;
  mime_type: string;
  started_at: string;
  elapsed_seconds: number;
  size_bytes: number;
  /** Where sound is missing: the computer slept, or the browser had no space for a piece. */
  gaps?: { at_seconds: number; seconds: number }[];
  /** `recording` after a crash too: see `isLive`. */
  status: "recording" | "stopped";
  /** Where the server keeps what it already has of it; see live-upload.ts. */
  upload_path?: string;
}

interface Piece {
  recording_id: string;
  number: number;
  sound: Blob;
}

const NAME = "little-monster";
let opened: Promise<IDBDatabase> | undefined;

export async function putKept(kept: KeptRecording) {
  await run("recordings", "readwrite", (store) => store.put(kept));
}

export async function addPiece(recordingId: string, number: number, sound: Blob) {
  const piece: Piece = { recording_id: recordingId, number, sound };
  await run("pieces", "readwrite", (store) => store.put(piece));
}

export async function listKept(userId: string) {
  const all = await run<KeptRecording[]>("recordings", "readonly", (store) => store.getAll());
  return all
    .filter((kept) => kept.user_id === userId)
    .sort((a, b) => a.started_at.localeCompare(b.started_at));
}

/** Of every account that was here. */
export function listAllKept() {
  return run<KeptRecording[]>("recordings", "readonly", (store) => store.getAll());
}

export async function findKept(id: string) {
  return run<KeptRecording | undefined>("recordings", "readonly", (store) => store.get(id));
}

/** All sound of a recording in order. The browser keeps the parts on disk; joining them copies nothing. */
export async function readSound(kept: KeptRecording) {
  const pieces = await run<Piece[]>("pieces", "readonly", (store) =>
    store.getAll(piecesOf(kept.id)),
  );
  return new Blob(
    pieces.sort((a, b) => a.number - b.number).map(({ sound }) => sound),
    { type: kept.mime_type },
  );
}

export async function deleteKept(id: string) {
  await run("pieces", "readwrite", (store) => store.delete(piecesOf(id)));
  await run("recordings", "readwrite", (store) => store.delete(id));
}

/** Held by the tab that records, and released by the browser even when that tab is killed. */
export const lockName = (id: string) => `lm-recording-${id}`;

export async function isLive(id: string) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === lockName(id));
}

function piecesOf(id: string) {
  return IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]);
}

function open() {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const wish = indexedDB.open(NAME, 1);
    wish.onupgradeneeded = () => {
      wish.result.createObjectStore("recordings", { keyPath: "id" });
      wish.result.createObjectStore("pieces", { keyPath: ["recording_id", "number"] });
    };
    wish.onsuccess = () => resolve(wish.result);
    wish.onerror = () => {
      opened = undefined;
      reject(wish.error ?? new Error("IndexedDB"));
    };
  });
  return opened;
}

/** Resolves when the transaction is on disk (`strict`), not when the request was heard. */
async function run<T>(
  store: "recordings" | "pieces",
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
): Promise<T> {
  const database = await open();
  return new Promise<T>((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result as T);
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB"));
  });
}
