/**
 * One press: does it work as it is set, or as it would be set? Nothing is stored, and whatever went wrong is an answer.
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Config } from "#server/config.ts";
import type { Context, Services } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { composeMail } from "#server/features/authentication/mails/letters.ts";
import { newId } from "#server/new-id.ts";
import type { LanguageModel } from "#server/providers/llm/contract.ts";
import type { SttEngine } from "#server/providers/stt/contract.ts";
import { configWith, type Changes } from "./change-settings.ts";
import { findAddress } from "./queries.ts";
import type { Trial } from "./shapes.ts";

const PATIENCE_MS = 60_000;
const SPOKEN = "The cell makes sugar from light.";

/**
 * @throws Failure `invalid-input` where the settings are not right. What the trial itself meets (`engine-failed`,
 * `engine-unavailable`, `model-failed`) is in the answer.
 */
export async function tryPart(
  context: Context,
  userId: string,
  part: Trial["part"],
  changes: Changes,
): Promise<Trial> {
  const config = await configWith(context, changes);
  const services = await context.openServices(config);
  const began = performance.now();
  const answer = (rest: Pick<Trial, "ok" | "said" | "error_code" | "error_message">) => ({
    part,
    ...rest,
    milliseconds: Math.round(performance.now() - began),
  });
  try {
    const said = await TRIALS[part](context, services, userId, config);
    return answer({ ok: true, said: said.slice(0, 500), error_code: null, error_message: null });
  } catch (error) {
    const failure = error instanceof Failure ? error : failureOf(error, part);
    context.log.warn({ part, err: error }, "a trial of an engine failed");
    const { code: error_code, message: error_message } = failure;
    return answer({ ok: false, said: null, error_code, error_message });
  } finally {
    await services.close();
  }
}

function failureOf(error: unknown, part: Trial["part"]) {
  if ((error as Error).name === "TimeoutError")
    return new Failure("engine-failed", { message: "Nothing came back within a minute." });
  if (part !== "mail") return new Failure("engine-failed");
  // What a mail server says may quote names and addresses; its number says enough.
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return new Failure("engine-failed", {
    message: `The mail server did not take the mail (${responseCode ?? code ?? "no answer"}).`,
  });
}

type TryOne = (
  context: Context,
  services: Services,
  userId: string,
  config: Config,
) => Promise<string>;

const TRIALS: Record<Trial["part"], TryOne> = {
  language_model: (_context, { llm }) => askModel(llm),
  language_model_of_jobs: (_context, { llmOfJobs }) => askModel(llmOfJobs),
  async embeddings(_context, { embeddings }) {
    if (!embeddings) nothingSet();
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const [vector] = await embeddings.embed([SPOKEN], "passage", signal);
    return `${embeddings.model}: ${vector!.length}`;
  },
  async voices(_context, services) {
    const path = await speakToFile(services);
    await rm(path.file, { force: true });
    return `${path.engine}: ${path.seconds.toFixed(1)} s`;
  },
  // It hears what the voice in use says: no sound of a student leaves for a trial.
  async recognition(context, { stt }, _userId, config) {
    const { file } = await speakToFile(context);
    try {
      const priorities = (["normal", "high", "low"] as const).filter(
        (priority) => priority === "normal" || config.stt.byPriority[priority],
      );
      const said: string[] = [];
      for (const priority of priorities)
        said.push(await hear(await stt.choose(undefined, priority), file));
      return said.join("\n");
    } finally {
      await rm(file, { force: true });
    }
  },
  async mail({ database }, { mail }, userId) {
    if (!mail.configured) nothingSet();
    const to = await findAddress(database, userId);
    const letter = composeMail(to, {
      kind: "notice",
      subject: "A trial of Little Monster",
      paragraphs: ["Mails of this installation arrive here. Nothing needs to be done."],
      days: 1,
    });
    await mail.send({ ...letter, id: newId(), accountId: userId });
    return to;
  },
};

async function askModel(model: LanguageModel | undefined) {
  if (!model) nothingSet();
  let said = "";
  for await (const piece of model.complete({
    system: "You answer in one short sentence.",
    messages: [{ role: "user", content: "What do plants make from light?" }],
    maxOutputTokens: 60,
    signal: AbortSignal.timeout(PATIENCE_MS),
    startOver: () => void (said = ""),
  }))
    said += piece;
  if (said.trim() === "") fail("model-failed");
  return said.trim();
}

async function hear(engine: SttEngine, path: string) {
  const heard: string[] = [];
  const { model } = await engine.transcribe({
    path,
    language: "en",
    signal: AbortSignal.timeout(PATIENCE_MS),
    onSegment: async ({ text }) => void heard.push(text),
    onProgress: async () => {},
  });
  const name = [engine.label, model].filter(Boolean).join(" · ");
  return `${name}: ${heard.join(" ") || "–"}`;
}

function nothingSet(): never {
  fail("engine-unavailable", { message: "Nothing is set here that could be tried." });
}

async function speakToFile({ tts }: Pick<Services, "tts">) {
  const engine = await tts.choose(undefined, "en");
  const spoken = await engine.speak({
    text: SPOKEN,
    voice: await engine.defaultVoice("en"),
    speed: 1,
    format: "wav",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const file = join(tmpdir(), `lm-trial-${randomUUID()}.wav`);
  const [{ durationSeconds }] = await Promise.all([
    spoken.finished,
    pipeline(spoken.audio, createWriteStream(file, { mode: 0o600 })),
  ]);
  return { file, seconds: durationSeconds, engine: engine.label };
}
