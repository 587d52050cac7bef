import { statfs } from "node:fs/promises";
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { Failure } from "#server/failures.ts";
import { countLateMails } from "#server/features/authentication/mails/send-mails.ts";
import { DOCUMENT_FORMATS } from "#server/features/content/study-materials/formats/shapes.ts";
import { pictureLanguages } from "#server/features/content/study-materials/parsing/picture-languages.ts";
import { countLiveWorkers } from "#server/features/jobs/queries.ts";
import { answersQuestions } from "#server/features/search/rank-by-meaning.ts";
import { CAPTION_FORMATS } from "#server/features/transcription/captions/contract.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { MESSAGE_LENGTH, SUBJECT_LENGTH, TITLE_LENGTH } from "#server/vocabulary.ts";
import { health, limits, type Health, type Part } from "./shapes.ts";

const getHealth = createRoute({
  method: "get",
  path: "/health",
  tags: ["health"],
  summary: "Each part: ok, degraded (with what to do) or down",
  responses: {
    200: json(health, "Working, perhaps degraded"),
    503: json(health, "Database, storage or every worker is down"),
  },
});

const getLimits = createRoute({
  method: "get",
  path: "/limits",
  tags: ["health"],
  summary: "What this server accepts",
  responses: { 200: json(limits, "The limits"), ...problems },
});

export function healthRoutes(context: Context) {
  const partsNow = shared(() => readParts(context));
  // Asked of Tesseract once: a process for each request is much for what an installation alone changes.
  let pictures: Promise<string[]> | undefined;
  return createRouter()
    .openapi(getHealth, async (c) => {
      const parts = await partsNow();
      const down = [parts.database, parts.storage, parts.worker].some(
        ({ status }) => status === "down",
      );
      const degraded = Object.values(parts).some((each) => each?.status !== "ok");
      const status = down ? ("down" as const) : degraded ? ("degraded" as const) : ("ok" as const);
      c.header("Cache-Control", "no-store");
      return c.json({ status, parts }, down ? 503 : 200);
    })
    .openapi(getLimits, async (c) => {
      const { audioBytes, documentBytes, loginsPerMinute, registrationsPerHour, resetsPerHour } =
        context.config.limits;
      return c.json(
        {
          audio_bytes: audioBytes,
          document_bytes: documentBytes,
          message_length: MESSAGE_LENGTH,
          title_length: TITLE_LENGTH,
          subject_length: SUBJECT_LENGTH,
          logins_per_minute: loginsPerMinute,
          registrations_per_hour: registrationsPerHour,
          resets_per_hour: resetsPerHour,
          documents: [...DOCUMENT_FORMATS],
          recording_formats: [...context.decoder.formats],
          caption_formats: [...CAPTION_FORMATS],
          picture_languages: await (pictures ??= pictureLanguages()),
        },
        200,
      );
    });
}

/**
 * Who asks while an answer is being made has that one: a server that is asked most when it is slow does not do it
 * often.
 */
function shared<T>(make: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () =>
    (running ??= make().finally(() => {
      running = undefined;
    }));
}

/** So long may a part take to say how it is: a check that hangs is of no use to what balances the load. */
const PART_MS = 1500;
const MiB = 1024 * 1024;

async function readParts(context: Context): Promise<Health["parts"]> {
  const [database, storage, worker, stt, tts, llm, mail] = await Promise.all([
    databasePart(context),
    within(
      context.storage.check().then(() => ok(), storageDown),
      down("The storage does not answer."),
    ),
    within(
      countLiveWorkers(context.database).then((count) => (count > 0 ? ok() : noWorker())),
      down("Unknown, because the database does not answer."),
    ),
    within(recognition(context), silentEngine()),
    within(engines(context.tts.engines), silentEngine()),
    modelPart(context),
    mailPart(context),
  ]);
  return { database, storage, worker, stt, tts, llm, ...meaning(context), mail };
}

const noWorker = () =>
  down('No worker is running: nothing is transcribed or read aloud. Start one with "lm worker".');
const silentEngine = () => degraded("The engine does not answer.");

async function databasePart(context: Context): Promise<Part> {
  if (!(await context.databaseAnswers(PART_MS))) return down("The database does not answer.");
  // An outside database's disk is its operator's to watch; the embedded one's is ours.
  const free = context.config.database.url ? undefined : await freeBytes(context.config.dataDir);
  if (free !== undefined && free < 32 * MiB)
    return down("The disk of the database is full: nothing can be saved. Free some space.");
  return context.missingWall ? degraded(context.missingWall) : ok();
}

async function freeBytes(path: string) {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

function storageDown(error: unknown): Part {
  return error instanceof Failure && error.code === "storage-full"
    ? down("The storage is full: nothing can be saved. Free some space.")
    : down("The storage cannot be written.");
}

async function modelPart({ llm, llmOfJobs }: Context): Promise<Part> {
  const [state, ofJobs] = await Promise.all([stateOf(llm), stateOf(llmOfJobs)]);
  const isOther = llmOfJobs !== llm;
  const said = [
    !llm &&
      "No language model is configured: answers are quotations. Set LM_LLM_URL and " +
        "LM_LLM_MODEL to any OpenAI-compatible server.",
    state === "silent" &&
      `${llm!.model} does not answer: questions fail until it does. See LM_LLM_URL.`,
    state === "refuses" &&
      `${llm!.model} refuses what it is asked: questions fail. See LM_LLM_KEY and LM_LLM_MODEL.`,
    isOther &&
      ofJobs === "silent" &&
      `${llmOfJobs!.model} does not answer: cards are made by rules and summaries fail until it ` +
        "does. See LM_LLM_JOBS_URL.",
    isOther &&
      ofJobs === "refuses" &&
      `${llmOfJobs!.model} refuses what it is asked: cards are made by rules and summaries fail. ` +
        "See LM_LLM_JOBS_KEY and LM_LLM_JOBS_MODEL.",
  ];
  const names = [llm, isOther && llmOfJobs].filter((one) => !!one).map(({ model }) => model);
  return degradedWhere(said) ?? ok(names.join(", "));
}

async function stateOf(model: Context["llm"]) {
  return model && within(model.check(), "silent" as const);
}

async function mailPart({ mail, database }: Context): Promise<Part> {
  const [answers, late] = await Promise.all([
    within(
      mail.check().then(() => true),
      false,
    ),
    within(countLateMails(database), { count: 0, oldest: null }),
  ]);
  const said = [
    !mail.configured &&
      "No SMTP server is configured: mails are written to a folder. Set LM_SMTP_URL.",
    !answers &&
      (mail.configured
        ? "The mail server does not answer: mails wait until it does."
        : "The folder of mails cannot be written: mails wait until it can."),
    late.count > 0 &&
      `Mails that wait to be sent: ${late.count}, the oldest since ${late.oldest!.toISOString()}.`,
  ];
  return degradedWhere(said) ?? ok();
}

const ok = (detail?: string): Part => ({ status: "ok", ...(detail && { detail }) });
const down = (detail: string): Part => ({ status: "down", detail });
const degraded = (detail: string): Part => ({ status: "degraded", detail });

/** Undefined where there is nothing to say. */
function degradedWhere(sentences: (string | false | undefined)[]) {
  const said = sentences.filter(Boolean).join(" ");
  return said ? degraded(said) : undefined;
}

/** `otherwise` when it fails, or takes longer than a part may. */
async function within<T>(task: Promise<T>, otherwise: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(otherwise), PART_MS);
  try {
    return await Promise.race([task.catch(() => otherwise), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Left out where it is switched off. */
function meaning({ embeddings, config }: Context): { embeddings?: Part } {
  const { engine } = config.embeddings;
  if (!embeddings)
    return engine === "off"
      ? {}
      : {
          embeddings: degraded(
            engine === "auto"
              ? 'No embedding engine is installed: search is by words. Install the program again with "npm ci".'
              : `There is no model ${engine} on this machine (LM_EMBEDDINGS_ENGINE): search ` +
                  'is by words. See "lm models list".',
          ),
        };
  const { model, languages } = embeddings;
  if (!answersQuestions(embeddings))
    return {
      embeddings: degraded(
        `${model} does not answer: search is by words until it does. See ` +
          "LM_EMBEDDINGS_ENGINE and LM_EMBEDDINGS_URL.",
      ),
    };
  const said = [
    `${model}.`,
    languages &&
      `Understands ${languages.join(", ")}; other languages are searched by words until a ` +
        'multilingual model is fetched: "lm models pull multilingual-e5-small".',
  ];
  return { embeddings: ok(said.filter(Boolean).join(" ")) };
}

type AnyEngine = {
  name: string;
  label: string;
  rough?: boolean;
  availability(): Promise<{ available: boolean; remedy?: string }>;
};

/** The ordinary recogniser, and what is set for jobs of another priority and is not there. */
async function recognition({ stt, config }: Context): Promise<Part> {
  const { engine } = config.stt;
  const ordinary =
    engine === "none"
      ? degraded("No recogniser is chosen: recordings wait for captions.")
      : await engines(stt.engines.filter(({ name }) => engine === "auto" || name === engine));
  /** The name of an engine that is set and cannot be used. */
  const missing = async (priority: "high" | "low") => {
    const set = config.stt.byPriority[priority];
    if (!set || set.engine === "none") return undefined;
    const found = await stt.choose(undefined, priority).catch(() => undefined);
    return found ? undefined : set.engine;
  };
  const [high, low] = [await missing("high"), await missing("low")];
  const said = [
    high && `Recordings that somebody waits for fail: the speech engine "${high}" cannot be used.`,
    low && `Recordings that have time fail: the speech engine "${low}" cannot be used.`,
  ];
  return degradedWhere(said) ?? ordinary;
}

async function engines(all: AnyEngine[]): Promise<Part> {
  const remedies: string[] = [];
  for (const engine of all) {
    const availability = await engine.availability();
    if (availability.available)
      return engine.rough ? degraded(`${engine.label}. ${remedies.join(" ")}`) : ok(engine.label);
    if (availability.remedy) remedies.push(availability.remedy);
  }
  return degraded(remedies.join(" ") || "No engine is available.");
}
