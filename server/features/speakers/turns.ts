/** Whose voice is heard when, and which name that is. */
import type { Turn } from "#server/providers/diarization/contract.ts";

/** From `start` to `end`, in seconds, this person speaks. */
export interface NamedTurn {
  /** Null: the student says that it is nobody. */
  name: string | null;
  start: number;
  end: number;
  /** Named by the student for this span. */
  confirmed: boolean;
}

interface Span {
  start: number;
  end: number;
}

/**
 * Voices get the names that the student gave them in an earlier search, where one of them speaks mostly there; the
 * others are numbered. What was named for one span stays.
 */
export function nameVoices(heard: Turn[], before: NamedTurn[], label: string): NamedTurn[] {
  const given = before.filter(({ name, confirmed }) => !confirmed && !isNumbered(name, label));
  const byVoice = Map.groupBy(heard, ({ voice }) => voice);
  const likeness = [...byVoice].flatMap(([voice, turns]) =>
    [...Map.groupBy(given, ({ name }) => name!)].map(([name, theirs]) => ({
      voice,
      name,
      shared: sharedSeconds(turns, theirs),
      spoken: turns.reduce((sum, { start, end }) => sum + end - start, 0),
    })),
  );
  const names = new Map<number, string>();
  for (const { voice, name, shared, spoken } of likeness.toSorted((a, b) => b.shared - a.shared))
    if (shared > spoken / 2 && !names.has(voice) && ![...names.values()].includes(name))
      names.set(voice, name);
  const kept = before.filter(({ confirmed }) => confirmed);
  const taken = new Set([...names.values(), ...kept.map(({ name }) => name)]);
  let number = 0;
  for (const voice of byVoice.keys()) {
    if (names.has(voice)) continue;
    do number += 1;
    while (taken.has(`${label} ${number}`));
    names.set(voice, `${label} ${number}`);
  }
  const found = heard.map(({ start, end, voice }) => ({
    name: names.get(voice)!,
    start,
    end,
    confirmed: false,
  }));
  return kept.reduce(layOver, found);
}

/** The turns with one that takes the place of all that was there. */
export function layOver(turns: NamedTurn[], over: NamedTurn): NamedTurn[] {
  return [
    ...turns.flatMap((turn) => [
      { ...turn, end: Math.min(turn.end, over.start) },
      { ...turn, start: Math.max(turn.start, over.end) },
    ]),
    over,
  ]
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start);
}

/**
 * The name of whoever speaks most of these words (or, where they have no times, of this span); undefined where
 * nobody was heard.
 */
export function speakerOf(
  segment: Span & { words: Span[] | null },
  turns: NamedTurn[],
): string | null | undefined {
  const near = turns.filter((turn) => turn.end > segment.start && turn.start < segment.end);
  const spans = segment.words && segment.words.length > 0 ? segment.words : [segment];
  const seconds = new Map<string | null, number>();
  for (const span of spans)
    for (const turn of near) {
      const shared = sharedSeconds([span], [turn]);
      if (shared > 0) seconds.set(turn.name, (seconds.get(turn.name) ?? 0) + shared);
    }
  return [...seconds].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

function isNumbered(name: string | null, label: string) {
  return (
    name === null || (name.startsWith(`${label} `) && /^\d+$/.test(name.slice(label.length + 1)))
  );
}

function sharedSeconds(some: Span[], others: Span[]) {
  let seconds = 0;
  for (const a of some)
    for (const b of others)
      seconds += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
  return seconds;
}
