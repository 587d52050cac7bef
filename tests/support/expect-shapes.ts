/**
 * Every answer that a test fetches from one of its servers is compared with the schema of its operation, whoever
 * fetches it: a field that is missing, of another type or not in the schema fails the test. Streams of events are
 * compared as they are read.
 */
import { deepStrictEqual } from "node:assert/strict";
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { createParser } from "eventsource-parser";
import { changeEvents } from "#server/features/events/shapes.ts";
import { answerEvents } from "#server/features/interactions/shapes.ts";
import { problem, type AppEnv } from "#server/http/router.ts";
import { translator } from "../../web/api/sentences.ts";
import words from "../../web/locales/en.fields.json" with { type: "json" };

interface Operation {
  method: string;
  path: RegExp;
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}

const sayField = translator(words);
const servers = new Map<string, Operation[]>();
const EVENTS: Record<string, z.ZodType> = { ...changeEvents, ...answerEvents };

/** From now on every answer of the server at `url` is compared. */
export function expectShapes(url: string, app: OpenAPIHono<AppEnv>) {
  const operations = app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== "route") return [];
    const { method, path, responses } = definition.route;
    return [{ method, path: pattern(path), responses: responses as Operation["responses"] }];
  });
  // A path without a parameter before one with: /cards/media is no card.
  operations.sort(
    (a, b) => Number(/\[\^/.test(a.path.source)) - Number(/\[\^/.test(b.path.source)),
  );
  servers.set(new URL(url).origin, operations);
}

function pattern(path: string) {
  return new RegExp(`^${path.replace(/\{\w+\}|:\w+(?:\{[^}]*\})?/g, "[^/]+")}$`);
}

const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const answer = await plainFetch(input, init);
  const given = input instanceof Request ? input : undefined;
  const method = (init?.method ?? given?.method ?? "GET").toUpperCase();
  const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
  const operations = servers.get(origin);
  if (!operations || !pathname.startsWith("/api/")) return answer;
  const name = `${method} ${pathname} ${answer.status}`;
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) return comparingEvents(name, answer);
  if (!/^application\/(?:problem\+)?json/.test(type) || method === "HEAD") return answer;
  // A file is no answer, whatever is in it.
  if (answer.headers.get("content-disposition")?.startsWith("attachment")) return answer;
  const body: unknown = await answer.clone().json();
  if (type.startsWith("application/problem")) {
    compare(name, problem, body);
    for (const { field, message } of problem.parse(body).errors ?? [])
      if (!sayField(message))
        throw new Error(`${name}: en.fields.json has no words for "${message}" of ${field}`);
    return answer;
  }
  const operation = operations.find(
    (one) => one.method === method.toLowerCase() && one.path.test(pathname),
  );
  if (!operation) return answer;
  const schema = operation.responses[answer.status]?.content?.["application/json"]?.schema;
  if (!schema) throw new Error(`${name}: the document does not say that it answers so`);
  compare(name, schema as z.ZodType, body);
  return answer;
};

function compare(name: string, schema: z.ZodType, body: unknown) {
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new Error(`${name}: the answer is not its schema. ${parsed.error.message}`);
  // What the schema does not name is gone now.
  deepStrictEqual(body, parsed.data, `${name}: the answer has what its schema does not name`);
}

function comparingEvents(name: string, answer: Response) {
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent({ event, data }) {
      const schema = EVENTS[event ?? "message"];
      if (!schema) throw new Error(`${name}: no schema names the event ${event}`);
      compare(`${name} ${event}`, schema, JSON.parse(data));
    },
  });
  const compared = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      controller.enqueue(chunk);
    },
  });
  return new Response(answer.body!.pipeThrough(compared), {
    status: answer.status,
    headers: answer.headers,
  });
}
