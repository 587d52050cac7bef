import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";

/**
 * Told at once and not by a job that fails later. An engine that is known but still lacks something is taken: the
 * recording is kept, and the job says what to do.
 *
 * @param prefix stands before the names of the fields.
 * @throws Failure `invalid-input` with the field `engine` or `model`.
 */
export async function refuseUnknownEngine(
  { stt }: Pick<Context, "stt">,
  { engine: name, model }: { engine?: string | undefined; model?: string | undefined },
  prefix = "",
) {
  const refuse = (field: string, message: string) =>
    fail("invalid-input", { errors: [{ field: `${prefix}${field}`, message }] });
  const named = name !== undefined && name !== "auto";
  const engines = named ? stt.engines.filter((each) => each.name === name) : stt.engines;
  if (named && engines.length === 0)
    refuse(
      "engine",
      `is no speech engine of this server. There are: ${stt.engines.map((each) => each.name).join(", ")}`,
    );
  if (model === undefined) return;
  for (const engine of engines) {
    const state = await engine.availability();
    if (!state.available) continue;
    if (state.models.includes(model)) return;
    // Without a name the first that is available is the one that would be asked.
    refuse(
      "model",
      `is no model of the speech engine ${engine.name}. There are: ${state.models.join(", ")}`,
    );
  }
}
