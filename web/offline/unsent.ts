/** What was made on this device and is on no server yet. */
import { session } from "../api/session.ts";
import { listKept } from "../features/content/recordings/piece-store.ts";
import { sendNotes, unsentNotes } from "../features/content/study-materials/note-outbox.ts";
import { sendReviews, unsentReviews } from "../features/study/reviews/outbox.ts";

export interface UnsentCounts {
  reviews: number;
  notes: number;
  recordings: number;
}

/** Sent first, where the server can be reached; recordings may take long, and are counted only. */
export async function countUnsent(): Promise<UnsentCounts> {
  if (navigator.onLine) await Promise.allSettled([sendReviews(), sendNotes()]);
  const { user } = session();
  const recordings = user ? await listKept(user.id).catch(() => []) : [];
  const { added, changed } = unsentNotes();
  return {
    reviews: unsentReviews().length,
    notes: added.length + changed.length,
    recordings: recordings.filter(({ size_bytes }) => size_bytes > 0).length,
  };
}
