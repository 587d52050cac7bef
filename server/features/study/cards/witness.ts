/**
 * A card's witness: words that stand literally in a source of the same student, checked before they are stored. Afterwards the
 * rules of citations hold: moved or flagged when the source changes.
 */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { locateQuote, type Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import type { LineFeeds } from "#server/features/search/sentences.ts";
import type { NewWitness } from "./shapes.ts";

/** A source's text as offsets count it. */
export interface SourceText {
  kind: "recording" | "study_material";
  id: string;
  title: string;
  subject: string | null;
  language: string | null;
  transcription_id: string | null;
  text: string;
  sections: { page?: number; heading?: string; start_offset: number; end_offset: number }[];
  lineFeeds: LineFeeds;
}

export interface SourceRow extends Omit<SourceText, "lineFeeds"> {
  material_kind: string | null;
}

/** Of a recording: the transcription that is shown. Undefined when there is none, or it is somebody else's. */
export async function findSourceText(
  database: Queryable,
  userId: string,
  source: { kind: string; id: string },
): Promise<SourceText | undefined> {
  const { rows } =
    source.kind === "study_material"
      ? await sql<SourceRow>`
          select 'study_material' as kind, id, title, subject, language, null as transcription_id, content as text, sections, kind as material_kind
          from study_materials where user_id = ${userId} and id = ${source.id}`.execute(database)
      : await sql<SourceRow>`
          select 'recording' as kind, recording.id, recording.title, recording.subject, transcription.language,
            transcription.id as transcription_id, transcription.text, '[]'::jsonb as sections, null as material_kind
          from transcriptions as transcription
            join recordings as recording on recording.user_id = transcription.user_id and recording.id = transcription.recording_id
          where transcription.user_id = ${userId} and
            ${source.kind === "recording" ? sql`transcription.recording_id = ${source.id} and transcription.is_current` : sql`transcription.id = ${source.id}`}`.execute(
          database,
        );
  const row = rows[0];
  if (!row) return undefined;
  const { material_kind, ...found } = row;
  return { ...found, lineFeeds: lineFeedsFor(material_kind) };
}

export function lineFeedsFor(materialKind: string | null): LineFeeds {
  if (materialKind === null) return "spoken";
  return ["note", "txt", "md"].includes(materialKind) ? "wrapped" : "blocks";
}

/** @throws Failure `invalid-input` when there is no such source, or the words do not stand in it. */
export async function makeWitness(
  database: Queryable,
  userId: string,
  given: NewWitness,
): Promise<Citation> {
  const source = await findSourceText(database, userId, given.source);
  if (!source) refuse("witness.source", "is not one of your sources, or has no text yet");
  const span = spanOf(source.text, given);
  const witness = witnessAt(source, span);
  await setExactSeconds(database, userId, [witness]);
  return witness;
}

function spanOf(text: string, { quote, start_offset, end_offset }: NewWitness) {
  if (start_offset !== undefined && end_offset !== undefined) {
    const there = text.slice(start_offset, end_offset);
    const fits = end_offset > start_offset && end_offset <= text.length && there.trim() !== "";
    if (!fits) refuse("witness.end_offset", "is not a stretch of the source's text");
    if (there.length > 10_000) refuse("witness.end_offset", "is more than 10,000 characters away");
    if (quote === undefined || sameWords(there, quote))
      return { start: start_offset, end: end_offset };
  }
  if (quote === undefined) refuse("witness.quote", "is missing, and so are the offsets");
  const exact = nearest(text, quote, start_offset ?? 0);
  if (exact !== undefined) return { start: exact, end: exact + quote.length };
  const found = locateQuote(text, quote);
  if (!found) refuse("witness.quote", "does not stand in the source, letter by letter");
  return found;
}

function nearest(text: string, quote: string, offset: number) {
  if (quote.trim() === "") return undefined;
  const after = text.indexOf(quote, offset);
  const before = text.lastIndexOf(quote, offset);
  if (after < 0 || before < 0) return after < 0 && before < 0 ? undefined : Math.max(after, before);
  return after - offset < offset - before ? after : before;
}

function sameWords(a: string, b: string) {
  return a.replace(/\s+/g, " ").trim() === b.normalize("NFC").replace(/\s+/g, " ").trim();
}

/** The citation of a stretch of a source; its seconds are set by `setExactSeconds`. */
export function witnessAt(source: SourceText, { start, end }: { start: number; end: number }) {
  const page = source.sections.findLast(
    (section) => section.page !== undefined && section.start_offset <= start,
  )?.page;
  const witness: Citation = {
    number: 1,
    quote: source.text.slice(start, end),
    source: {
      kind: source.kind,
      id: source.id,
      title: source.title,
      ...(source.transcription_id ? { transcription_id: source.transcription_id } : {}),
    },
    ...(page === undefined ? {} : { page }),
    start_offset: start,
    end_offset: end,
    status: "valid",
  };
  return witness;
}

function refuse(field: string, message: string): never {
  fail("invalid-input", { errors: [{ field, message }] });
}
