/** What is read aloud of a text, a source or a subject, and where the chapters of whole documents begin in it. */
import type { z } from "@hono/zod-openapi";
import type { Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { findSourceText, listDocuments, measureSubject } from "./queries.ts";
import { readableText } from "./readable-text.ts";
import type { speechWish } from "./shapes.ts";
import { chapterPlaces, joinDocuments, thinned, type ChapterPlace } from "./speech-chapters.ts";

/** Letters. */
const MAX_TEXT = 1_000_000;
/** Of Markdown less is said than is written. */
const MAX_WRITTEN = 2 * MAX_TEXT;
const NOTHING = "There is no text to read aloud here yet.";
const TOO_LONG = "This text is too long to be read aloud in one piece.";

export interface Readable {
  text: string;
  /** Of the source, where that is known. */
  language?: string | null | undefined;
  book?: { title: string; chapters: ChapterPlace[] };
}

/** @throws Failure `not-found`, `conflict`, `invalid-input`. */
export async function readSource(
  database: Queryable,
  userId: string,
  wish: z.infer<typeof speechWish>,
): Promise<Readable> {
  const read =
    wish.subject === undefined
      ? await readOne(database, userId, wish)
      : await readSubject(database, userId, wish.subject);
  if (!/[\p{L}\p{N}]/u.test(read.text))
    fail("invalid-input", {
      errors: [{ field: "text", message: "holds no word that could be read aloud" }],
    });
  if (read.text.length > MAX_TEXT) fail("invalid-input", { message: TOO_LONG });
  return read;
}

async function readOne(
  database: Queryable,
  userId: string,
  wish: z.infer<typeof speechWish>,
): Promise<Readable> {
  const source = wish.source
    ? ((await findSourceText(database, userId, wish.source)) ?? fail("not-found"))
    : undefined;
  const given = wish.text ?? source?.text ?? "";
  if (given.trim() === "") fail("conflict", { message: NOTHING });
  const kind = source?.kind ?? "markdown";
  const text = readableText(given, kind);
  if (source?.title === undefined || !source.sections) return { text, language: source?.language };
  const { title, sections } = source;
  const chapters = thinned(chapterPlaces({ content: given, kind, sections }, text));
  return { text, language: source.language, book: { title, chapters } };
}

async function readSubject(
  database: Queryable,
  userId: string,
  subject: string,
): Promise<Readable> {
  const letters = await measureSubject(database, userId, subject);
  if (letters === 0) fail("conflict", { message: NOTHING });
  if (letters > MAX_WRITTEN) fail("invalid-input", { message: TOO_LONG });
  const documents = await listDocuments(database, userId, subject);
  const { text, chapters } = joinDocuments(documents);
  return { text, language: mostWritten(documents), book: { title: subject, chapters } };
}

/** One voice reads them all: that of the language in which most is written. */
function mostWritten(documents: { language: string | null; content: string }[]) {
  const letters = new Map<string | null, number>();
  for (const { language, content } of documents)
    letters.set(language, (letters.get(language) ?? 0) + content.length);
  return [...letters].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
