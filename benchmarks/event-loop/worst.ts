/** The longest input that the OpenAPI document allows an operation, of one kind of letters throughout. */
import { makeWav } from "#tests/support/make-wav.ts";
import type { Operation } from "#tests/support/openapi-requests.ts";
import type { Known, Random, Schema } from "#tests/support/openapi-values.ts";

export interface WorstRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

export interface Making {
  random: Random;
  known: Known;
  /** Repeated until a text is as long as it may be. */
  pattern: string;
  /** Everything that a body may have, or what it must have and its texts: some fields exclude each other. */
  fields: "all" | "texts";
  /** Of a JSON body, and of a file. */
  jsonBytes: number;
  fileBytes: number;
}

const QUERY_LETTERS = 6000;
const BOUNDARY = "----lm-worst";

export function worstRequest(operation: Operation, making: Making): WorstRequest {
  const { random, known } = making;
  let { path } = operation;
  const query: string[] = [];
  for (const { name, in: where, schema = {}, required } of operation.parameters) {
    const id = known.find(random, operation.path.split("/{")[0]!);
    if (where === "path")
      path = path.replace(
        `{${name}}`,
        encodeURIComponent(id ?? String(worst(schema, name, making, 0))),
      );
    else if (where === "query" && (required || /^(q|subject|tag|limit|kind|format)$/.test(name)))
      query.push(
        `${name}=${encodeURIComponent(String(worst(schema, name, making, 0))).slice(0, QUERY_LETTERS)}`,
      );
  }
  if (query.length > 0) path += `?${query.join("&").replace(/%.?$/, "")}`;
  const headers: Record<string, string> = {};
  const [type, schema] = Object.entries(operation.bodies)[0] ?? [];
  let body: Buffer | undefined;
  if (type && schema) {
    headers["content-type"] =
      type === "multipart/form-data" ? `${type}; boundary=${BOUNDARY}` : type;
    body = bodyOf(type, schema, making);
  }
  return { method: operation.method, path, headers, body };
}

function bodyOf(type: string, schema: Schema, making: Making) {
  if (type === "application/json") {
    // Texts without a bound of their own share what the body may have.
    for (let share = making.jsonBytes; ; share /= 2) {
      const json = Buffer.from(
        JSON.stringify(worst(schema, "", { ...making, jsonBytes: share }, 0)),
      );
      if (json.length <= making.jsonBytes || share < 10) return json;
    }
  }
  if (type !== "multipart/form-data") return file(type, making);
  const parts = Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const isFile = each.format === "binary";
    return [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; ` +
          `name="${name}"${isFile ? `; filename="${name === "captions" ? "a.vtt" : "a.txt"}"` : ""}\r\n\r\n`,
      ),
      isFile ? file(name, making) : Buffer.from(String(worst(each, name, making, 0))),
      Buffer.from("\r\n"),
    ];
  });
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

function file(about: string, { pattern, fileBytes }: Making) {
  if (/captions|vtt|subrip|ttml/.test(about))
    return Buffer.from(
      `WEBVTT\n\n00:01.000 --> 00:02.000\n${pattern.repeat(Math.ceil(90_000 / pattern.length))}\n\n`.repeat(
        Math.max(1, Math.floor(Math.min(fileBytes, 9_000_000) / 90_000)),
      ),
    );
  if (/audio|recording/.test(about)) return makeWav(Buffer.alloc(fileBytes));
  return Buffer.from(pattern.repeat(Math.ceil(fileBytes / pattern.length)));
}

function worst(schema: Schema, name: string, making: Making, depth: number): unknown {
  const { random, known, pattern, jsonBytes } = making;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice)
    return worst(choice.find(({ type }) => type !== "null") ?? choice[0]!, name, making, depth);
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((each) => worst(each, name, making, depth)));
  const type = Array.isArray(schema.type)
    ? schema.type.find((each) => each !== "null")
    : schema.type;
  switch (type) {
    case "string": {
      if (schema.format === "uuid")
        return known.find(random, name) ?? "018f3c1e-7b3a-7000-8000-000000000000";
      if (schema.format === "email") return "worst@example.org";
      if (schema.format === "date-time") return new Date(1.7e12).toISOString();
      if (/password/.test(name)) return "Correct-Horse-7";
      if (/language/.test(name)) return "en";
      const most = schema.maxLength ?? Math.floor(jsonBytes / 4);
      return pattern.repeat(Math.ceil(most / pattern.length)).slice(0, most);
    }
    case "integer":
    case "number":
      return schema.maximum ?? 100;
    case "boolean":
      return true;
    case "array": {
      const one = worst(schema.items ?? {}, name, making, depth + 1);
      const room = Math.floor(jsonBytes / 2 / (JSON.stringify(one) ?? "1").length);
      return Array.from({ length: Math.min(schema.maxItems ?? 1000, Math.max(1, room)) }, () =>
        worst(schema.items ?? {}, name, { ...making, jsonBytes: 1000 }, depth + 1),
      );
    }
    default:
      return Object.fromEntries(
        Object.entries(depth > 6 ? {} : (schema.properties ?? {}))
          .filter(([key, each]) => making.fields === "all" || isWanted(schema, key, each))
          .map(([key, each]) => [key, worst(each, key, making, depth + 1)]),
      );
  }
}

function isWanted(schema: Schema, key: string, each: Schema) {
  const isText = each.type === "string" && !each.format && !each.enum;
  return isText || (schema.required?.includes(key) ?? false);
}
