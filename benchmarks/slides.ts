/**
 * `npm run bench slides`: is the right page found for each sentence? Real lectures with human labels (MaViLS) where
 * `../shared/lectures` is there, else a small one of our own. Beside the path: an even spread of the pages, and the
 * best page of each sentence without a path. Leave one out: for each lecture the median of each weight over the trials
 * that were best for the others, of the same random trials. And how long one lecture of two hours takes, from its text
 * and the vectors that the search has made to the span of each slide: lectures one behind the other, as are their
 * decks.
 */
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parsePdf } from "#server/features/content/study-materials/parsing/pdf.ts";
import { eachPassage, type TextToCut } from "#server/features/search/cut-passages.ts";
import {
  alignSlides,
  weighEvidence,
  WEIGHTS,
  type Likeness,
  type Weights,
} from "#server/features/slides/align-slides.ts";
import { likenessOf } from "#server/features/slides/likeness.ts";
import { LIKELY, pairsSaid } from "#server/features/slides/match-deck.ts";
import { readDeck } from "#server/features/slides/read-deck.ts";
import { openEngine } from "./answers/student.ts";
import { machine } from "./product/machine.ts";
import { OWN_LECTURE, OWN_REPEATED } from "./slides/own-lecture.ts";
import { timeTwoHours, type Part } from "./slides/two-hours.ts";

const FOLDER = fileURLToPath(new URL("../../shared/lectures/", import.meta.url));
const TRIALS = 100;
const BEST = 15;
interface Label {
  seconds: number;
  /** Below 1: none was shown. */
  slide: number;
}

interface Lecture extends Part {
  name: string;
  deck: ReturnType<typeof readDeck>;
  likeness: Likeness | undefined;
  duration: number;
  labels: Label[];
}

type Rate = { exact: number; near: number; of: number };

const folder = await mkdtemp(join(tmpdir(), "lm-slides-"));
const engine = await openEngine(folder);
const lectures = existsSync(FOLDER) ? await realLectures() : [await ownLecture()];
engine?.close?.();
await rm(folder, { recursive: true });
const figures: Record<string, unknown> = {};
const started = performance.now();
const shipped = lectures.map((lecture) => rate(lecture, pathOf(lecture, WEIGHTS)));
const longest = performance.now() - started;
const trials = [WEIGHTS, ...randomWeights()].map((weights) => ({
  weights,
  rates: lectures.map((lecture) => rate(lecture, pathOf(lecture, weights))),
}));
const left = lectures.map((lecture, out) => {
  const best = trials
    .map(({ weights, rates }) => {
      const others = mean(rates.filter((_rate, at) => at !== out));
      return { weights, value: others.exact + 0.4 * others.near };
    })
    .toSorted((a, b) => b.value - a.value)
    .slice(0, BEST)
    .map(({ weights }) => weights);
  return rate(lecture, pathOf(lecture, medianOf(best)));
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
const matches = matchAll();
figures["pairs said, recording by deck"] = matches.table;
figures["threshold, shipped and with each lecture left out"] = [LIKELY, ...matches.thresholds];
const long = timeTwoHours(lectures, existsSync(FOLDER) ? 1 : OWN_REPEATED);
figures["a lecture of two hours"] = long;
console.log(
  JSON.stringify({
    bench: "slides",
    machine,
    figures,
    goals: [
      goal("right slide, each lecture left out", whole.exact, 0.65),
      goal("within one slide, each lecture left out", whole.near, 0.9),
      goal("right slide in the worst lecture", Math.min(...left.map(({ exact }) => exact)), 0.35),
      {
        name: "wrong offers and missed ones, each lecture left out",
        value: matches.wrong,
        goal: "0",
        met: matches.wrong === 0,
      },
      {
        name: "a lecture of two hours, seconds",
        value: long.seconds,
        goal: "<= 2",
        met: long.seconds <= 2,
      },
    ],
  }),
);

async function realLectures(): Promise<Lecture[]> {
  const names = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const read: Lecture[] = [];
  for (const { name } of names) {
    const { content, sections, page_count } = await parsePdf(
      `${FOLDER}${name}/slides.pdf`,
      undefined,
      () => {},
    );
    const { sentences } = JSON.parse(await readFile(`${FOLDER}${name}/slides.json`, "utf8")) as {
      sentences: (Label & { text: string })[];
    };
    const segments = sentences.map(({ seconds, text }, at) => ({
      text,
      start_seconds: sentences[at - 1]?.seconds ?? 0,
      end_seconds: Math.max(seconds, sentences[at - 1]?.seconds ?? 0),
    }));
    read.push(
      await readLecture(
        name,
        { content, sections, page_count: page_count ?? 0 },
        segments,
        sentences,
      ),
    );
  }
  return read;
}

function ownLecture(): Promise<Lecture> {
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
  const labels = sentences.map(({ slide }, at) => ({ slide, seconds: at * 6 + 6 }));
  return readLecture("our own", { content, sections, page_count: pages.length }, segments, labels);
}

/**
 * Every recording with every deck. The threshold of a lecture is the middle between right and wrong of all the others.
 */
function matchAll() {
  const said = lectures.map(({ name, deck }) => ({ name, sentences: deck.sentences }));
  const share = (at: number, deck: number) =>
    pairsSaid(lectures[deck]!.deck.pages, said[at]!.sentences);
  const all = said.map((_recording, at) => lectures.map((_lecture, deck) => share(at, deck)));
  const table = Object.fromEntries(said.map(({ name }, at) => [name, all[at]!.map(round)]));
  let wrong = 0;
  const thresholds = said.map((_recording, out) => {
    const cells = all.flatMap((row, at) =>
      row.map((value, deck) => ({ value, right: at === deck, left: at === out || deck === out })),
    );
    const known = (right: boolean) =>
      cells.filter((cell) => !cell.left && cell.right === right).map(({ value }) => value);
    const [least, most] = [Math.min(...known(true)), Math.max(...known(false))];
    const threshold = known(true).length > 1 ? (least + most) / 2 : LIKELY;
    const mistaken = ({ value, right }: (typeof cells)[number]) => value >= threshold !== right;
    wrong += cells.filter((cell) => cell.left && mistaken(cell)).length;
    return round(threshold);
  });
  return { table, thresholds, wrong };
}

function passagesOf(text: TextToCut) {
  return [...eachPassage(text)].filter((passage) => passage !== undefined);
}

async function readLecture(
  name: string,
  document: Part["document"],
  segments: Part["segments"],
  labels: Label[],
): Promise<Lecture> {
  const deck = readDeck(document, segments, "en");
  const text = segments.map((segment) => segment.text).join("\n");
  const said = passagesOf({ text, language: "en", segments });
  const { content, sections } = document;
  const written = passagesOf({ text: content, language: "en", sections });
  const [speech, pages] = [await vectorsOf(said), await vectorsOf(written)];
  const vectors = {
    speech: said.map(({ end_seconds }, at) => ({
      end_seconds: end_seconds!,
      vector: speech[at]!,
    })),
    pages: written.flatMap(({ page }, at) =>
      page === undefined ? [] : [{ page, vector: pages[at]! }],
    ),
  };
  return {
    name,
    document,
    segments,
    vectors,
    deck,
    likeness: likenessOf(vectors.speech, vectors.pages, deck.sentences, document.page_count),
    duration: segments.at(-1)!.end_seconds + 1,
    labels,
  };
}

/** As the product embeds passages. */
async function vectorsOf(passages: { heading?: string; text: string }[]) {
  const texts = passages.map(({ heading, text }) => (heading ? `${heading}\n${text}` : text));
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += 64)
    vectors.push(
      ...(await engine!.embed(texts.slice(at, at + 64), "passage", new AbortController().signal)),
    );
  return vectors;
}

function pathOf({ deck, likeness, duration }: Lecture, weights: Weights) {
  const spans = alignSlides(deck.pages, deck.sentences, duration, { likeness, weights });
  return (seconds: number) =>
    spans.find((span) => span.start_seconds < seconds && seconds <= span.end_seconds)?.page ?? null;
}

function evenly({ deck, duration }: Lecture) {
  return (seconds: number) => Math.ceil((seconds / duration) * deck.pages.length);
}

/** Every sentence by itself: the page with the most evidence, the first of several. */
function withoutPath({ deck, likeness }: Lecture) {
  const pages = weighEvidence(deck.pages, deck.sentences, likeness, WEIGHTS).map((row, at) => ({
    end: deck.sentences[at]!.end_seconds,
    page: row.indexOf(Math.max(...row)) + 1,
  }));
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
      rareOnPages: pick([0.3, 0.5, 0.7, 1, 1.4]),
      rareInSpeech: pick([0.3, 0.6, 1, 1.4]),
      saturation: pick([0.5, 1, 2, 4]),
      length: pick([0, 0.3, 0.6]),
      evenness: pick([0.3, 0.6, 0.9]),
      title: pick([1, 1.5, 2, 3]),
      old: pick([0.3, 0.5, 0.75, 1]),
      pair: pick([0.5, 1, 1.5]),
      meaning: pick([0, 0.02, 0.05, 0.1, 0.2]),
      scale: pick([0.3, 0.4, 0.6, 0.9, 1.3]),
      pace: pick([0.7, 1, 2, 3, 4]),
      forward: pick([1.5, 2, 3, 4]),
      back: pick([0.003, 0.01, 0.03, 0.1]),
      near: pick([0.2, 0.4, 0.5]),
      change: pick([0.05, 0.1, 0.3, 0.6]),
      nothing: pick([0, 0.02, 0.05]),
    };
}

function medianOf(best: Weights[]): Weights {
  const weights = { ...WEIGHTS };
  for (const name of Object.keys(weights) as (keyof Weights)[]) {
    const values = best.map((one) => one[name]).toSorted((a, b) => a - b);
    weights[name] = values[values.length >> 1]!;
  }
  return weights;
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
