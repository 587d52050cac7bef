/**
 * Reviews that the server has not acknowledged. They lie in the browser's storage from the press on, and are sent in
 * their order: a lost connection or a closed tab loses none. Their ids are made here, so that sending one twice changes
 * nothing.
 */
import type { NewReview } from "#server/features/study/reviews/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { session } from "../../../api/session.ts";

const MOST_AT_ONCE = 200;
/** Where the storage is blocked or full they last as long as the page. */
const memory = new Map<string, NewReview[]>();
let sending: Promise<void> = Promise.resolve();

const key = () => `lm-reviews-${session().user?.id ?? ""}`;

export function unsentReviews(): NewReview[] {
  const held = memory.get(key());
  if (held) return held;
  try {
    const kept = localStorage.getItem(key());
    return kept ? (JSON.parse(kept) as NewReview[]) : [];
  } catch {
    return [];
  }
}

export function keepReview(review: NewReview) {
  write([...unsentReviews(), review]);
}

/** One after the other. @throws Problem when the server cannot be reached or refuses; they are kept. */
export function sendReviews() {
  const sent = sending.catch(() => {}).then(sendAll);
  sending = sent;
  return sent;
}

async function sendAll() {
  for (;;) {
    const items = unsentReviews().slice(0, MOST_AT_ONCE);
    if (items.length === 0) return;
    try {
      await request("/reviews", { method: "POST", json: { items } });
    } catch (error) {
      // None of these cards is there any more: nothing is left to record.
      if (!(error instanceof Problem && error.status === 404)) throw error;
    }
    const done = new Set(items.map(({ id }) => id));
    write(unsentReviews().filter(({ id }) => !done.has(id)));
  }
}

function write(reviews: NewReview[]) {
  try {
    if (reviews.length === 0) localStorage.removeItem(key());
    else localStorage.setItem(key(), JSON.stringify(reviews));
    memory.delete(key());
  } catch {
    memory.set(key(), reviews);
  }
}
