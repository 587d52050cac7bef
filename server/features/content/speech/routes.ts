import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { sendFile } from "#server/http/send-file.ts";
import { language } from "#server/http/shapes.ts";
import { forgetVoice, listChosenVoices, rememberVoice } from "./chosen-voices.ts";
import { deleteSpeech } from "./delete-speech.ts";
import { findSpeech, findSpeechFile, listSpeech } from "./queries.ts";
import { speech, speechSummary, speechWish, voiceChoice, voices } from "./shapes.ts";
import { startSpeech } from "./start-speech.ts";

const tags = ["speech"];
const MIME_TYPES: Record<string, string> = {
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  wav: "audio/wav",
};

const listVoices = createRoute({
  method: "get",
  path: "/tts/voices",
  tags,
  summary: "Voices of the engines that are available, and those that this student chose",
  responses: { 200: json(voices, "The voices"), ...problems },
});

const languageParam = z.object({ language: language.openapi({ description: "BCP 47" }) });

const chooseVoice = createRoute({
  method: "put",
  path: "/tts/voices/{language}",
  tags,
  summary: "Let a voice read this language from now on, where none is named",
  request: { params: languageParam, body: jsonBody(voiceChoice) },
  responses: { 204: { description: "Kept" }, ...problems },
});

const unchooseVoice = createRoute({
  method: "delete",
  path: "/tts/voices/{language}",
  tags,
  summary: "Let the server's first voice read this language again",
  request: { params: languageParam },
  responses: { 204: { description: "Forgotten" }, ...problems },
});

const speak = createRoute({
  method: "post",
  path: "/tts",
  tags,
  summary: "Read a text, a transcription, a study material, an answer or a whole subject aloud",
  request: { body: jsonBody(speechWish) },
  responses: {
    200: json(speech, "It was made, or is being made, already"),
    201: json(speech, "It is being made; the job and /events say when it is ready"),
    ...problems,
  },
});

const list = createRoute({
  method: "get",
  path: "/tts",
  tags,
  summary: "What was read aloud, newest first",
  request: { query: pageQuery },
  responses: {
    200: json(pageOf(speechSummary), "A page, without their texts and words"),
    ...problems,
  },
});

const get = createRoute({
  method: "get",
  path: "/tts/{id}",
  tags,
  summary: "One text read aloud, with the words for read-along",
  request: { params: idParam },
  responses: { 200: json(speech, "The speech"), ...problems },
});

const audio = createRoute({
  method: "get",
  path: "/tts/{id}/audio",
  tags,
  summary: "The sound, with ranges; an MP3 of a document names its headings or pages as chapters",
  request: { params: idParam, query: z.object({ download: z.enum(["true", "false"]).optional() }) },
  responses: {
    200: { description: "The whole file" },
    206: { description: "The range asked for" },
    ...problems,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/tts/{id}",
  tags,
  summary: "Delete a text read aloud",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

export function speechRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(listVoices, async (c) => {
      const items = [];
      const engines = [];
      for (const engine of context.tts.engines) {
        if (!(await engine.availability()).available) continue;
        const { name, label, speeds } = engine;
        engines.push({ name, label, ...speeds });
        items.push(...(await engine.voices()).map((voice) => ({ ...voice, engine: name })));
      }
      const chosen = await listChosenVoices(database, c.get("caller").userId);
      return c.json({ chosen, engines, items }, 200);
    })
    .openapi(chooseVoice, async (c) => {
      const { language } = c.req.valid("param");
      await rememberVoice(context, c.get("caller").userId, language, c.req.valid("json"));
      return c.body(null, 204);
    })
    .openapi(unchooseVoice, async (c) => {
      await forgetVoice(context, c.get("caller").userId, c.req.valid("param").language);
      return c.body(null, 204);
    })
    .openapi(speak, async (c) => {
      const started = await startSpeech(context, c.get("caller").userId, c.req.valid("json"));
      return c.json(started.speech, started.made ? 201 : 200);
    })
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(
        toPage(await listSpeech(database, c.get("caller").userId, query), query.limit),
        200,
      );
    })
    .openapi(get, async (c) => {
      const found = await findSpeech(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(audio, async (c) => {
      const file =
        (await findSpeechFile(database, c.get("caller").userId, c.req.valid("param").id)) ??
        fail("not-found");
      if (!file.storage_key) fail("conflict", { message: "This is still being made." });
      return sendFile(c, context.storage, {
        storage_key: file.storage_key,
        mime_type: MIME_TYPES[file.format] ?? "application/octet-stream",
        etag: file.content_hash.toString("hex"),
        filename: `${file.title ?? "speech"}.${file.format}`,
        download: c.req.valid("query").download === "true",
      });
    })
    .openapi(remove, async (c) => {
      await deleteSpeech(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    });
}
