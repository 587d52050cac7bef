/** How long one lecture of two hours takes: lectures are joined until they have them, as are their decks. */
import { alignSlides } from "#server/features/slides/align-slides.ts";
import {
  likenessOf,
  type PageVector,
  type SpokenVector,
} from "#server/features/slides/likeness.ts";
import { readDeck } from "#server/features/slides/read-deck.ts";

/** Of one lecture, with the vectors of its passages. */
export interface Part {
  document: Parameters<typeof readDeck>[0];
  segments: Parameters<typeof readDeck>[1];
  vectors: { speech: SpokenVector[]; pages: PageVector[] };
}

const SECONDS = 7200;
/** The middle of so many is told. */
const RUNS = 5;

/**
 * As the job does it (server/features/slides/find-alignment.ts), which also reads both from the database.
 * @param repeated how often each is said before the next one
 */
export function timeTwoHours(lectures: Part[], repeated: number) {
  const { document, segments, vectors } = twoHours(lectures, repeated);
  const { page_count } = document;
  const duration = segments.at(-1)!.end_seconds;
  const runs = Array.from({ length: RUNS }, () => {
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    const deck = readDeck(document, segments, "en");
    const likeness = likenessOf(vectors.speech, vectors.pages, deck.sentences, page_count);
    alignSlides(deck.pages, deck.sentences, duration, { likeness });
    const { user, system } = process.cpuUsage(cpu);
    return { ms: performance.now() - started, cpu: (user + system) / 1000 };
  }).toSorted((a, b) => a.ms - b.ms);
  const { ms, cpu } = runs[RUNS >> 1]!;
  return {
    pages: page_count,
    sentences: segments.length,
    seconds: round(ms / 1000),
    processor_seconds: round(cpu / 1000),
  };
}

/** Lectures one behind the other until two hours are full. */
function twoHours(lectures: Part[], repeated: number): Part {
  const whole: Part = {
    document: { content: "", sections: [], page_count: 0 },
    segments: [],
    vectors: { speech: [], pages: [] },
  };
  const { document, segments, vectors } = whole;
  for (let at = 0; ; at += 1) {
    const lecture = lectures[at % lectures.length]!;
    const [letters, pages] = [document.content.length, document.page_count];
    document.content += `${lecture.document.content}\n\n`;
    for (const section of lecture.document.sections)
      document.sections.push({
        ...section,
        ...(section.page !== undefined && { page: section.page + pages }),
        start_offset: section.start_offset + letters,
        end_offset: section.end_offset + letters,
      });
    document.page_count += lecture.document.page_count;
    for (const { page, vector } of lecture.vectors.pages)
      vectors.pages.push({ page: page + pages, vector });
    for (let time = 0; time < repeated; time += 1) {
      const before = segments.at(-1)?.end_seconds ?? 0;
      for (const { end_seconds, vector } of lecture.vectors.speech)
        vectors.speech.push({ end_seconds: end_seconds + before, vector });
      for (const segment of lecture.segments) {
        if (before + segment.end_seconds > SECONDS) return whole;
        segments.push({
          ...segment,
          start_seconds: segment.start_seconds + before,
          end_seconds: segment.end_seconds + before,
        });
      }
    }
  }
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
