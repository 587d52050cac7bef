/** How a student reviews; where nothing was chosen, what these say. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";

/** With fewer, the weights would fit chance: Anki asks for as many. */
export const FEWEST_REVIEWS = 400;

export interface Fit {
  fitted_at: string;
  /** How many reviews the log had. */
  log_length: number;
  /** Reviews that the weights were fitted to, and the last fifth that they were judged by. */
  reviews: number;
  held_out: number;
  default_log_loss: number;
  fitted_log_loss: number;
  /** Whether the fitted weights were better on the last fifth, and so are in use. */
  taken: boolean;
}

export interface StudySettings {
  time_zone: string;
  day_starts_at: number;
  desired_retention: number;
  new_per_day: number;
  reviews_per_day: number;
  learning_steps: string[];
  relearning_steps: string[];
  maximum_interval_days: number;
  leech_lapses: number;
  suspend_leeches: boolean;
  weights: number[] | null;
  fit: Fit | null;
}

export const DEFAULT_SETTINGS: StudySettings = {
  time_zone: "UTC",
  day_starts_at: 4,
  desired_retention: 0.9,
  new_per_day: 20,
  reviews_per_day: 200,
  learning_steps: ["1m", "10m"],
  relearning_steps: ["10m"],
  maximum_interval_days: 36_500,
  leech_lapses: 8,
  suspend_leeches: false,
  weights: null,
  fit: null,
};

export async function readSettings(database: Queryable, userId: string): Promise<StudySettings> {
  const { rows } = await sql<StudySettings>`
    select time_zone, day_starts_at, desired_retention, new_per_day, reviews_per_day, learning_steps, relearning_steps,
      maximum_interval_days, leech_lapses, suspend_leeches, weights, fit
    from study_settings where user_id = ${userId}`.execute(database);
  return rows[0] ?? DEFAULT_SETTINGS;
}

export async function writeSettings(database: Queryable, userId: string, settings: StudySettings) {
  const row = JSON.stringify(settings);
  await sql`
    insert into study_settings (user_id, time_zone, day_starts_at, desired_retention, new_per_day,
      reviews_per_day, learning_steps,
      relearning_steps, maximum_interval_days, leech_lapses, suspend_leeches, weights, fit)
    select ${userId}, row.time_zone, row.day_starts_at, row.desired_retention, row.new_per_day,
      row.reviews_per_day, row.learning_steps,
      row.relearning_steps, row.maximum_interval_days, row.leech_lapses, row.suspend_leeches, row.weights, row.fit
    from jsonb_to_record(${row}::jsonb) as row
      (time_zone text, day_starts_at smallint, desired_retention float8, new_per_day integer,
      reviews_per_day integer, learning_steps text[], relearning_steps text[], maximum_interval_days integer,
        leech_lapses smallint,
      suspend_leeches boolean, weights float8[], fit jsonb)
    on conflict (user_id) do update set time_zone = excluded.time_zone, day_starts_at = excluded.day_starts_at,
      desired_retention = excluded.desired_retention, new_per_day = excluded.new_per_day,
        reviews_per_day = excluded.reviews_per_day,
      learning_steps = excluded.learning_steps, relearning_steps = excluded.relearning_steps,
      maximum_interval_days = excluded.maximum_interval_days, leech_lapses = excluded.leech_lapses,
      suspend_leeches = excluded.suspend_leeches, weights = excluded.weights, fit = excluded.fit`.execute(
    database,
  );
}
