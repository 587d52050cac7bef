/**
 * `npm run bench slides`: is the right page found for each sentence? Real lectures with human labels (MaViLS) where `../shared/lectures` is
 * there, else a small one of our own. Beside the path: an even spread of the pages, and the best page of each sentence without a path.
 * Leave one out: for each lecture the weights that were best for the others, of the same random trials.
 */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parsePdf } from "#server/features/content/study-materials/parsing/pdf.ts";
import { alignSlides, WEIGHTS, type Weights } from "#server/features/slides/align-slides.ts";
import { readDeck } from "#server/features/slides/read-deck.ts";
import { OWN_LECTURE } from "./slides/own-lecture.ts";

const FOLDER = fileURLToPath(new URL("../../shared/lectures/", import.meta.url));
const TRIALS = 40;

interface Label {
  seconds: number;
  /** Below 1: none was shown. */
  slide: number;
}

interface Lecture {
  name: string;
  deck: ReturnType<typeof readDeck>;
  duration: number;
  labels: Label[];
}

type Rate = { exact: number; near: number; of: number };

const lectures = existsSync(FOLDER) ? await realLectures() : [ownLecture()];
const figures: Record<string, unknown> = {};
const started = performance.now();
const shipped = lectures.map((lecture) => rate(lecture, pathOf(lecture, WEIGHTS)));
const longest = performance.now() - started;
const trials = [WEIGHTS, ...randomWeights()].map((weights) => ({
  weights,
  rates: lectures.map((lecture) => rate(lecture, pathOf(lecture, weights))),
}));
const left = lectures.map((_, out) => {
  const rated = trials.map(({ rates }) => ({
    rate: rates[out]!,
    others: mean(rates.filter((_rate, at) => at !== out)),
  }));
  const best = rated.reduce((a, b) =>
    b.others.exact + 0.4 * b.others.near > a.others.exact + 0.4 * a.others.near ? b : a,
  );
  return best.rate;
});
for (const [at, lecture] of lectures.entries())
  figures[lecture.name] = {
    sentences: shipped[at]!.of,
    shipped: shown(shipped[at]!),
    left_out: shown(left[at]!),
    even_spread: shown(rate(lecture, evenly(lecture))),
    without_path: shown(rate(lecture, withoutPath(lecture))),
  };
figures["all lectures, milliseconds"] = Math.round(longest);
const whole = pooled(left);
console.log(
  JSON.stringify({
    bench: "slides",
    machine: `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    figures,
    goals: [
      goal("right slide, each lecture left out", whole.exact, 0.65),
      goal("within one slide, each lecture left out", whole.near, 0.9),
      goal("right slide in the worst lecture", Math.min(...left.map(({ exact }) => exact)), 0.35),
    ],
  }),
);

async function realLectures(): Promise<Lecture[]> {
  const names = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Promise.all(
    names.map(async ({ name }) => {
      const parsed = await parsePdf(`${FOLDER}${name}/slides.pdf`, () => {});
      const { sentences } = JSON.parse(await readFile(`${FOLDER}${name}/slides.json`, "utf8")) as {
        sentences: (Label & { text: string })[];
      };
      const segments = sentences.map(({ seconds, text }, at) => ({
        text,
        start_seconds: sentences[at - 1]?.seconds ?? 0,
        end_seconds: Math.max(seconds, sentences[at - 1]?.seconds ?? 0),
      }));
      return {
        name,
        deck: readDeck(
          {
            content: parsed.content,
            sections: parsed.sections,
            page_count: parsed.page_count ?? 0,
          },
          segments,
          "en",
        ),
        duration: segments.at(-1)!.end_seconds + 1,
        labels: sentences,
      };
    }),
  );
}

function ownLecture(): Lecture {
  const { pages, sentences } = OWN_LECTURE;
  let content = "";
  const sections = pages.map((text, at) => {
    const start_offset = content.length;
    content += `${text}\n\n`;
    return { page: at + 1, start_offset, end_offset: start_offset + text.length };
  });
  const segments = sentences.map(({ text }, at) => ({
    text,
    start_seconds: at * 6,
    end_seconds: at * 6 + 6,
  }));
  return {
    name: "our own",
    deck: readDeck({ content, sections, page_count: pages.length }, segments, "en"),
    duration: segments.length * 6,
    labels: sentences.map(({ slide }, at) => ({ slide, seconds: at * 6 + 6 })),
  };
}

function pathOf({ deck, duration }: Lecture, weights: Weights) {
  const spans = alignSlides(deck.pages, deck.sentences, duration, { weights });
  return (seconds: number) =>
    spans.find((span) => span.start_seconds < seconds && seconds <= span.end_seconds)?.page ?? null;
}

function evenly({ deck, duration }: Lecture) {
  return (seconds: number) => Math.ceil((seconds / duration) * deck.pages.length);
}

/** Every sentence by itself: a page is left with each of them. */
function withoutPath({ deck }: Lecture) {
  const pages = deck.sentences.map((sentence) => {
    const spans = alignSlides(deck.pages, [{ ...sentence, start_seconds: 0, end_seconds: 1 }], 1);
    return { end: sentence.end_seconds, page: spans[0]?.page ?? null };
  });
  return (seconds: number) => pages.find(({ end }) => end >= seconds)?.page ?? null;
}

function rate({ labels }: Lecture, pageAt: (seconds: number) => number | null): Rate {
  const labelled = labels.filter(({ slide }) => slide > 0);
  const apart = labelled.map(({ seconds, slide }) =>
    Math.abs((pageAt(seconds) ?? Number.POSITIVE_INFINITY) - slide),
  );
  const share = (most: number) => apart.filter((by) => by <= most).length / labelled.length;
  return { exact: share(0), near: share(1), of: labelled.length };
}

function* randomWeights(): Generator<Weights> {
  // A linear congruential generator (Numerical Recipes, section 7.1): every run has the same trials.
  let seed = 20261125;
  const random = () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  const pick = (values: number[]) => values[Math.floor(random() * values.length)]!;
  for (let n = 0; n < TRIALS; n += 1)
    yield {
      ...WEIGHTS,
      rareOnPages: pick([0.3, 0.5, 1]),
      rareInSpeech: pick([0.3, 0.6, 1]),
      saturation: pick([1, 2, 4]),
      length: pick([0.3, 0.6]),
      evenness: pick([0.3, 0.6]),
      title: pick([1, 2]),
      old: pick([0.5, 1]),
      scale: pick([0.4, 0.6, 0.9]),
      pace: pick([1, 2, 3]),
      forward: pick([2, 4]),
      near: pick([0.2, 0.4]),
    };
}

function mean(rates: Rate[]): Rate {
  const of = Math.max(1, rates.length);
  return {
    exact: rates.reduce((sum, { exact }) => sum + exact, 0) / of,
    near: rates.reduce((sum, { near }) => sum + near, 0) / of,
    of: rates.length,
  };
}

/** Over all sentences. */
function pooled(rates: Rate[]): Rate {
  const of = rates.reduce((sum, rate) => sum + rate.of, 0);
  return {
    exact: rates.reduce((sum, rate) => sum + rate.exact * rate.of, 0) / of,
    near: rates.reduce((sum, rate) => sum + rate.near * rate.of, 0) / of,
    of,
  };
}

function shown({ exact, near }: Rate) {
  return { right: round(exact), within_one: round(near) };
}

function goal(name: string, value: number, least: number) {
  return { name, value: round(value), goal: `>= ${least}`, met: value >= least };
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
