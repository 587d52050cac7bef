/** Ollama on this machine: asked only when an administrator presses for it. */
import { z } from "zod";
import type { Context } from "#server/context.ts";
import { withoutEnd } from "#server/without-end.ts";
import type { FoundServers } from "./shapes.ts";

const PATIENCE_MS = 1500;

/** https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models */
const tags = z.object({
  models: z.array(
    z.object({
      name: z.string().min(1).max(200),
      size: z.number().optional(),
      details: z.object({ families: z.array(z.string()).nullish() }).optional(),
    }),
  ),
});

export async function findServers({ config }: Pick<Context, "config">): Promise<FoundServers> {
  const base = withoutEnd(config.ollamaUrl, "/");
  const answer = await fetch(`${base}/api/tags`, {
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
    .then((response) => (response.ok ? response.json() : undefined))
    .catch(() => undefined);
  const parsed = tags.safeParse(answer);
  if (!parsed.success) return { items: [] };
  const models = parsed.data.models.slice(0, 200).map(({ name, size, details }) => ({
    name,
    bytes: size ?? null,
    // Models that only embed say so by their family, and nearly always by their name.
    part:
      /embed|minilm|(^|[/-])(bge|e5|gte)\b/i.test(name) ||
      details?.families?.some((family) => /bert/i.test(family))
        ? ("embeddings" as const)
        : ("language_model" as const),
  }));
  return { items: [{ name: "Ollama", url: `${base}/v1`, models }] };
}
