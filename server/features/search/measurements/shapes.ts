import { z } from "@hono/zod-openapi";

const engine = z.string().min(1).max(200);

export const measuredEngine = z
  .object({
    engine: z.string().openapi({ description: 'A model, or "words"' }),
    hit_at_1: z.number().openapi({ description: "Share of the questions, 0 to 1" }),
    hit_at_3: z.number(),
    mrr: z.number().openapi({ description: "Mean reciprocal rank among the first ten" }),
    found: z.number().openapi({ description: "Questions answered among the first ten" }),
  })
  .openapi("MeasuredEngine");

export const measurement = z
  .object({
    id: z.uuid(),
    engines: z.array(z.string()),
    is_automatic: z.boolean(),
    status: z.enum(["pending", "processing", "completed", "failed"]),
    progress: z.number().openapi({ description: "0 to 1" }),
    questions: z.number().nullable(),
    results: z
      .array(measuredEngine)
      .nullable()
      .openapi({ description: "Empty: too few questions to tell anything" }),
    never_found: z
      .array(
        z.object({
          kind: z.enum(["recording", "study_material"]),
          id: z.uuid(),
          title: z.string(),
          questions: z.number(),
        }),
      )
      .nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
  })
  .openapi("SearchMeasurement");

export const newMeasurement = z
  .object({
    compare_with: engine.optional().openapi({
      description: 'Another engine, or "words"; left out: the one in use alone',
    }),
  })
  .openapi("NewSearchMeasurement");

export const searchEngine = z
  .object({
    engine: z.string().openapi({ description: 'In use for you: a model, or "words"' }),
    is_provisional: z.boolean().openapi({
      description: "Another one was set for this server and is being compared with it",
    }),
    engines: z.array(
      z.object({
        engine: z.string(),
        languages: z.array(z.string()).nullable(),
        is_of_server: z.boolean(),
      }),
    ),
  })
  .openapi("SearchEngine");

export const engineChoice = z.object({ engine }).openapi("SearchEngineChoice");

export const installation = z
  .object({
    students: z.number(),
    questions: z.number(),
    engines: z.array(measuredEngine.extend({ students: z.number(), questions: z.number() })),
    running: z.number().openapi({ description: "Measurements that are not done yet" }),
  })
  .openapi("SearchOfInstallation");

export const started = z.object({ started: z.number() });

export type StartedMeasurements = z.infer<typeof started>;
export type SearchMeasurement = z.infer<typeof measurement>;
export type SearchEngine = z.infer<typeof searchEngine>;
export type SearchOfInstallation = z.infer<typeof installation>;
