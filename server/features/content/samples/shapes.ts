import { z } from "@hono/zod-openapi";

export const sample = z.object({
  job_id: z.uuid().nullable().openapi({ description: "While it is being made" }),
  recordings: z.array(z.uuid()),
  study_materials: z.array(z.uuid()),
});

export type Sample = z.infer<typeof sample>;
