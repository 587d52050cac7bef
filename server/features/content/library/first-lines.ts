/** What a thing of the library begins with, for lists. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";

/** So much of a text is looked at, in characters: PostgreSQL unpacks no more of a long one than that. */
const LOOKED_AT = 2000;
const SEGMENTS = 4;
const MOST_CHARACTERS = 160;

/** By id; what has no words is left out. At most 160 characters each. */
export async function firstLines(
  database: Queryable,
  userId: string,
  { recordings, materials }: { recordings: string[]; materials: string[] },
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; title: string; beginning: string | null }>`
    select recording.id, recording.title, (
      select string_agg(left(text, ${LOOKED_AT}), ' ' order by number) from (
        select text, number from transcription_segments
        where user_id = transcription.user_id and transcription_id = transcription.id
        order by number limit ${SEGMENTS}) as segment) as beginning
    from recordings as recording join transcriptions as transcription
      on transcription.user_id = recording.user_id and transcription.recording_id = recording.id
        and transcription.is_current
    where recording.user_id = ${userId} and recording.id = any(${recordings}::uuid[])
    union all
    select id, title, left(content, ${LOOKED_AT}) from study_materials
    where user_id = ${userId} and id = any(${materials}::uuid[])`.execute(database);
  return new Map(
    rows.flatMap(({ id, title, beginning }) => {
      const line = firstLine(beginning ?? "", title);
      return line === undefined ? [] : [[id, line] as const];
    }),
  );
}

/** The first line with a letter or a digit that does not only repeat the title, without marks of Markdown. */
export function firstLine(text: string, title: string): string | undefined {
  for (const raw of text.split(/[\n\r\f\v\u2028\u2029]/)) {
    const line = raw
      .replace(/^\s*(?:(?:#{1,6}|[-*+>]|\d{1,4}[.)])\s+)+/, "")
      .replace(/\*\*|__|`+/g, "")
      .replace(/\s+/g, " ")
      .trim();
    if (!/[\p{L}\p{N}]/u.test(line) || sameWords(line, title)) continue;
    const characters = [...line];
    if (characters.length <= MOST_CHARACTERS) return line;
    return `${characters
      .slice(0, MOST_CHARACTERS - 1)
      .join("")
      .trimEnd()}…`;
  }
  return undefined;
}

const sameWords = (one: string, other: string) => {
  const [a, b] = [one, other].map((text) => text.replace(/[^\p{L}\p{N}]+/gu, " ").trim());
  return a!.localeCompare(b!, "und", { sensitivity: "base" }) === 0;
};
