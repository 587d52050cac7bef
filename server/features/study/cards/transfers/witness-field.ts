/** A card's witness in a note: readable for a person, and whole for the way back. */
import { z } from "zod";
import { clock } from "#server/clock.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { escape } from "./html-text.ts";

const witness = z.object({
  quote: z.string().min(1).max(10_000),
  source_title: z.string().min(1).max(500),
  page: z.number().int().min(1).nullable(),
  start_seconds: z.number().min(0).nullable(),
  end_seconds: z.number().min(0).nullable(),
  start_offset: z.number().int().min(0),
  end_offset: z.number().int().min(1),
});
export type DeckWitness = z.infer<typeof witness>;

export function witnessField(given: Citation | null): string {
  if (!given) return "";
  const row: DeckWitness = {
    quote: given.quote,
    source_title: given.source.title,
    page: given.page ?? null,
    start_seconds: given.start_seconds ?? null,
    end_seconds: given.end_seconds ?? null,
    start_offset: given.start_offset,
    end_offset: given.end_offset,
  };
  const place =
    row.page !== null
      ? `, p. ${row.page}`
      : row.start_seconds !== null
        ? `, ${clock(row.start_seconds)}`
        : "";
  return (
    `<small data-witness="${escape(JSON.stringify(row))}">“${escape(row.quote.replace(/\s+/g, " "))}” ` +
    `(${escape(row.source_title)}${place})</small>`
  );
}

export function readWitness(field: string): DeckWitness | null {
  const written = /data-witness="([^"]*)"/.exec(field)?.[1];
  if (!written) return null;
  try {
    const parsed = witness.safeParse(
      JSON.parse(
        written
          .replaceAll("&quot;", '"')
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&amp;", "&"),
      ),
    );
    const fits = parsed.success && parsed.data.end_offset > parsed.data.start_offset;
    return fits && (parsed.data.end_seconds ?? 0) >= (parsed.data.start_seconds ?? 0)
      ? parsed.data
      : null;
  } catch {
    return null;
  }
}
