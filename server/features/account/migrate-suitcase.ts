/**
 * A suitcase of an older format reads as one of today's: each step does to its lines what the migrations of then did to
 * the rows of an installation. When the form of a line changes (a column goes, is renamed, or gets another meaning),
 * SUITCASE_FORMAT grows, a step is added here, and a small suitcase of the format before is kept in tests/suitcases.
 */
import type { Suitcase } from "./suitcase.ts";

type Row = Record<string, unknown>;

interface Step {
  /** The format that it begins with; its lines have the next one. */
  from: number;
  start(suitcase: Suitcase): Promise<{
    columns(table: string, columns: string[]): string[];
    row(table: string, row: Row): Row;
  }>;
}

const COMPOSED: Record<string, string[]> = {
  recordings: ["title", "subject"],
  study_materials: ["title", "subject"],
  conversations: ["title", "subject"],
  cards: ["subject"],
};
const QUOTING = new Set(["citations", "card_witnesses", "suggested_cards", "quiz_questions"]);

/** Migrations 0020 and 0022: names are composed (NFC), and a quotation of a transcript names its recording. */
const composeAndNameRecordings: Step = {
  from: 1,
  async start(suitcase) {
    const recordings = new Map<unknown, unknown>();
    for await (const { id, recording_id } of suitcase.rows("transcriptions"))
      recordings.set(id, recording_id);
    return {
      columns: (table, columns) =>
        QUOTING.has(table) && !columns.includes("recording_id")
          ? [...columns, "recording_id"]
          : columns,
      row(table, row) {
        const made = { ...row };
        for (const name of COMPOSED[table] ?? [])
          if (typeof made[name] === "string") made[name] = made[name].normalize("NFC");
        if (table === "cards" && Array.isArray(made["tags"]))
          made["tags"] = made["tags"].map((tag) =>
            typeof tag === "string" ? tag.normalize("NFC") : tag,
          );
        // Those that were made after the migration have it already.
        if (QUOTING.has(table) && !("recording_id" in made))
          made["recording_id"] = recordings.get(made["transcription_id"]) ?? null;
        return made;
      },
    };
  },
};

const STEPS: Step[] = [composeAndNameRecordings];

/** @param format of the suitcase, not newer than today's. */
export async function migrateSuitcase(suitcase: Suitcase, format: number): Promise<Suitcase> {
  let migrated = suitcase;
  for (const step of STEPS.filter(({ from }) => from >= format)) {
    const before = migrated;
    const { columns, row } = await step.start(before);
    migrated = {
      ...before,
      columns: async (table) => columns(table, await before.columns(table)),
      async *rows(table) {
        for await (const line of before.rows(table)) yield row(table, line);
      },
    };
  }
  return migrated;
}
