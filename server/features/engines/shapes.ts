import { z } from "@hono/zod-openapi";
import { jobStatus } from "#server/features/jobs/shapes.ts";
import { PARTS, SETTING_NAMES, type SettingName } from "#server/stored-settings.ts";

export const settingName = z.enum(SETTING_NAMES);

const value = z.string().max(4000).nullable().optional();
/** By name; null takes a setting away. */
export const settings = z.strictObject(
  Object.fromEntries(SETTING_NAMES.map((name) => [name, value])) as Record<
    SettingName,
    typeof value
  >,
);

export const setting = z.object({
  name: settingName,
  part: z.enum(PARTS),
  value: z
    .string()
    .nullable()
    .openapi({ description: "What holds; null where nothing is set, and of a secret always" }),
  is_secret: z.boolean(),
  is_set: z.boolean(),
  set_by: z.enum(["environment", "page", "nobody"]),
  is_fixed: z
    .boolean()
    .openapi({ description: "The environment sets it, or another that it belongs together with" }),
});

export const offeredModel = z.object({
  id: z.string(),
  label: z.string(),
  purpose: z.enum(["speech", "meaning", "speakers", "voice"]),
  languages: z.array(z.string()).nullable(),
  licence: z.string().nullable(),
  source: z.string().nullable(),
  megabytes: z.number(),
  is_here: z.boolean(),
  is_removable: z.boolean(),
  fetch: z
    .object({
      job_id: z.uuid(),
      status: jobStatus,
      progress: z.number(),
      error_code: z.string().nullable(),
      error_message: z.string().nullable(),
    })
    .nullable()
    .openapi({ description: "The last one, of the last 30 days" }),
});

const usedRecogniser = z.object({ name: z.string(), label: z.string(), rough: z.boolean() });
const usedModel = z.object({ name: z.string(), model: z.string() });

export const engines = z
  .object({
    used: z.object({
      recognition: usedRecogniser.nullable(),
      recognition_by_priority: z
        .object({ high: usedRecogniser.nullable(), low: usedRecogniser.nullable() })
        .openapi({ description: "Null where it is the ordinary one" }),
      language_model: usedModel.nullable(),
      language_model_of_jobs: usedModel
        .nullable()
        .openapi({ description: "What writes cards and summaries; null where it is the same" }),
      embeddings: z
        .object({ model: z.string(), languages: z.array(z.string()).nullable() })
        .nullable(),
      voices: z.object({ name: z.string(), label: z.string() }).nullable(),
    }),
    installation: z
      .object({
        settings: z.array(setting),
        refused: z.array(z.string()).openapi({
          description: "Of what is stored, what is not right beside the environment's settings",
        }),
        needs_restart: z.boolean(),
        models: z.array(offeredModel),
        recognisers: z.array(
          z.object({
            name: z.string(),
            label: z.string(),
            rough: z.boolean(),
            available: z.boolean(),
            remedy: z.string().nullable(),
          }),
        ),
      })
      .optional()
      .openapi({ description: "For administrators" }),
  })
  .openapi("Engines");
export type Engines = z.infer<typeof engines>;

/** Parts that can be tried. */
export const TRIED_PARTS = [
  "recognition",
  "language_model",
  "language_model_of_jobs",
  "embeddings",
  "voices",
  "mail",
] as const;

export const trial = z
  .object({
    part: z.enum(TRIED_PARTS),
    ok: z.boolean(),
    said: z.string().nullable().openapi({ description: "What came back" }),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    milliseconds: z.number(),
  })
  .openapi("EngineTrial");
export type Trial = z.infer<typeof trial>;

export const foundServers = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      models: z.array(
        z.object({
          name: z.string(),
          bytes: z.number().nullable(),
          part: z.enum(["language_model", "embeddings"]),
        }),
      ),
    }),
  ),
});
export type FoundServers = z.infer<typeof foundServers>;
