/** The cards of one sitting. Pure: what is asked next, given what the server says and what it does not know yet. */
import type { AskedCard, NextAnswer } from "#server/features/study/reviews/shapes.ts";

export type Counts = NextAnswer["counts"];

export interface Sitting {
  /** The first one is asked. */
  queue: AskedCard[];
  counts: Counts;
  /** As the server knows it; of an earlier sitting, or another device. */
  last_review: NextAnswer["last_review"];
  next_due_at: string | null;
}

/**
 * The server's answer, with the card that is being looked at kept in front, and without those whose review is still on
 * its way.
 */
export function takeNext(
  { items, counts, last_review, next_due_at }: NextAnswer,
  { current, unsent }: { current?: AskedCard | undefined; unsent: ReadonlySet<string> },
): Sitting {
  const fresh = items.filter(({ id }) => !unsent.has(id));
  const asked = current && (fresh.find(({ id }) => id === current.id) ?? current);
  return {
    queue: asked ? [asked, ...fresh.filter(({ id }) => id !== asked.id)] : fresh,
    counts: items
      .filter(({ id }) => unsent.has(id))
      .reduce((left, card) => without(left, card), counts),
    last_review,
    next_due_at,
  };
}

/** Until the server has answered. */
export function afterCard(sitting: Sitting, card: AskedCard): Sitting {
  return {
    ...sitting,
    queue: sitting.queue.filter(({ id, note_id }) => id !== card.id && note_id !== card.note_id),
    counts: without(sitting.counts, card),
  };
}

export const leftOf = ({ learning, review, new: fresh }: Counts) => learning + review + fresh;

function without(counts: Counts, { state }: AskedCard): Counts {
  const kind = state === "new" ? "new" : state === "review" ? "review" : "learning";
  return { ...counts, [kind]: Math.max(0, counts[kind] - 1) };
}

/** How long until a card comes back, for a button: the largest unit that says it. */
export function intervalOf({ due_at, scheduled_days }: AskedCard["ratings"][number], now: number) {
  const minutes = Math.max(1, Math.round((Date.parse(due_at) - now) / 60_000));
  if (scheduled_days < 1) {
    if (minutes < 60) return { value: minutes, unit: "minute" } as const;
    return { value: Math.round(minutes / 60), unit: "hour" } as const;
  }
  if (scheduled_days < 31) return { value: scheduled_days, unit: "day" } as const;
  if (scheduled_days < 365)
    return { value: tenths(scheduled_days / 30.44), unit: "month" } as const;
  return { value: tenths(scheduled_days / 365.25), unit: "year" } as const;
}

const tenths = (value: number) => Math.round(value * 10) / 10;
