/** A sitting: asks the server what is next, records each rating, and takes the last one back. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { AskedCard, NextAnswer, NewReview } from "#server/features/study/reviews/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { newId } from "./new-id.ts";
import { keepReview, sendReviews, unsentReviews } from "./outbox.ts";
import { afterCard, takeNext, type Sitting } from "./session.ts";

const LIMIT = 20;
const LONGEST_MS = 3_600_000;
/** A timer of more than 24 days would go off at once. */
const LONGEST_WAIT_MS = 12 * 3_600_000;

export type Rating = 1 | 2 | 3 | 4;

interface Shown {
  sitting: Sitting | undefined;
  error: unknown;
  /** Reviews that lie on this device. */
  unsent: number;
  done: number;
}

export function useReview(subject: string | undefined) {
  const [review] = useState(() => new Review(subject));
  const shown = useSyncExternalStore(review.subscribe, review.shown);
  useEffect(() => review.start(), [review]);
  const current = shown.sitting?.queue[0];
  const next = current ? undefined : shown.sitting?.next_due_at;
  // Looks again when the next card that is being learned is due.
  useEffect(() => {
    if (!next) return;
    const wait = Math.max(1000, Date.parse(next) - Date.now());
    if (wait > LONGEST_WAIT_MS) return;
    const timer = setTimeout(() => void review.load(), wait);
    return () => clearTimeout(timer);
  }, [next, review]);
  return { ...shown, current, review };
}

export class Review {
  readonly #subject: string | undefined;
  readonly #listeners = new Set<() => void>();
  #shown: Shown = { sitting: undefined, error: undefined, unsent: unsentReviews().length, done: 0 };
  #past: NewReview[] = [];
  #asked: string | undefined;
  #askedAt = performance.now();

  constructor(subject: string | undefined) {
    this.#subject = subject;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  shown = () => this.#shown;

  /** @returns what ends it. */
  start() {
    const send = () => void this.send();
    send();
    addEventListener("online", send);
    return () => removeEventListener("online", send);
  }

  /** @param first the card that is asked before all else: the one that was taken back. */
  load = async (first?: string) => {
    try {
      const answer = await request<NextAnswer>("/reviews/next", {
        query: { subject: this.#subject, limit: LIMIT, first },
      });
      const unsent = new Set(unsentReviews().map(({ card_id }) => card_id));
      const current =
        first === undefined
          ? this.#shown.sitting?.queue[0]
          : answer.items.find(({ id }) => id === first);
      this.#set({ sitting: takeNext(answer, { current, unsent }), error: undefined });
    } catch (error) {
      this.#set({ error });
    }
  };

  send = async () => {
    try {
      await sendReviews();
    } catch (error) {
      this.#set({ error, unsent: unsentReviews().length });
      return;
    }
    this.#set({ unsent: unsentReviews().length });
    await this.load();
  };

  rate = (rating: Rating) => {
    const card = this.#shown.sitting?.queue[0];
    if (!card) return;
    const review: NewReview = {
      id: newId(),
      card_id: card.id,
      rating,
      reviewed_at: new Date().toISOString(),
      duration_ms: Math.min(LONGEST_MS, Math.round(performance.now() - this.#askedAt)),
    };
    keepReview(review);
    this.#past = [...this.#past, review];
    this.#leave(card);
    void this.send();
  };

  /** The last rating of this sitting; of an earlier one or another device where this has none. */
  undo = async () => {
    const past = this.#past.at(-1);
    let last = past && { id: past.id, card_id: past.card_id };
    try {
      // First what is on its way: what the server does not know it cannot take back.
      await sendReviews();
      last ??= await this.#lastReview();
      if (!last) return;
      await request(`/reviews/${last.id}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) {
        this.#set({ error, unsent: unsentReviews().length });
        return;
      }
    }
    this.#past = this.#past.slice(0, -1);
    this.#set({ unsent: unsentReviews().length });
    await this.load(last?.card_id);
  };

  async #lastReview() {
    const { last_review: last } = await request<NextAnswer>("/reviews/next", {
      query: { subject: this.#subject, limit: 1 },
    });
    return last ?? undefined;
  }

  /** The card is set aside: what is asked next is asked of the server. */
  skip = async () => {
    const card = this.#shown.sitting?.queue[0];
    if (card) this.#leave(card);
    await this.load();
  };

  #leave(card: AskedCard) {
    const { sitting } = this.#shown;
    this.#set({ sitting: sitting && afterCard(sitting, card) });
  }

  #set(changes: Partial<Shown>) {
    this.#shown = { ...this.#shown, ...changes, done: this.#past.length };
    const current = this.#shown.sitting?.queue[0]?.id;
    if (current !== this.#asked) this.#askedAt = performance.now();
    this.#asked = current;
    for (const listener of this.#listeners) listener();
  }
}
