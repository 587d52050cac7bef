/**
 * Requests made from the OpenAPI document, by a seed: every operation that the document names is covered by itself, and
 * the same seed makes the same requests.
 *
 * - **Wild**: a value that its schema may not allow: too long, of another type, hostile.
 * - **Known**: ids that earlier answers told, by the collection that they belong to, so that requests reach rows that
 *   exist.
 */
import { makeFile, makeValue, pick, type MakeOptions, type Schema } from "./openapi-values.ts";

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  schema?: Schema;
}

export interface Operation {
  /** As in `GET /recordings/{id}`. */
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** By media type; empty for an operation without a body. */
  bodies: Record<string, Schema>;
  /** The success answers' media types. */
  answers: string[];
}

export interface Request {
  operation: string;
  method: string;
  /** Ready to be sent, below `/api`. */
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** @returns every operation of the running server's own document, references resolved. */
export async function readOperations(url: string): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, RawOperation>>;
    components?: { schemas?: Record<string, Schema> };
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: raw.parameters ?? [],
      bodies: Object.fromEntries(
        Object.entries(raw.requestBody?.content ?? {}).map(([type, { schema = {} }]) => [
          type,
          resolve(schema, document.components?.schemas ?? {}),
        ]),
      ),
      answers: Object.entries(raw.responses ?? {}).flatMap(([status, { content = {} }]) =>
        status.startsWith("2") ? Object.keys(content) : [],
      ),
    })),
  );
}

interface RawOperation {
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { content?: Record<string, unknown> }>;
}

function resolve(schema: Schema, named: Record<string, Schema>, depth = 0): Schema {
  if (depth > 12) return {};
  const deeper = (each: Schema) => resolve(each, named, depth + 1);
  if (schema.$ref) return deeper(named[schema.$ref.split("/").at(-1)!] ?? {});
  const made: Schema = { ...schema };
  for (const kind of ["anyOf", "oneOf", "allOf"] as const)
    if (schema[kind]) made[kind] = schema[kind].map(deeper);
  if (schema.items) made.items = deeper(schema.items);
  if (schema.properties)
    made.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, each]) => [name, deeper(each)]),
    );
  return made;
}

export function makeRequest(operation: Operation, options: MakeOptions): Request {
  const { random, known, wild } = options;
  const headers: Record<string, string> = {};
  const query: string[] = [];
  let { path } = operation;
  for (const parameter of operation.parameters) {
    const schema = parameter.schema ?? {};
    if (!parameter.required && random() < 0.4) continue;
    if (parameter.required && parameter.in !== "path" && random() < wild * 0.3) continue;
    const id = known.find(random, operation.path.split("/{")[0]!);
    const value = text(
      parameter.in === "path" && id && random() >= wild
        ? id
        : makeValue(schema, parameter.name, options),
    );
    if (parameter.in === "path")
      path = path.replace(`{${parameter.name}}`, segment(value, options));
    else if (parameter.in === "query") query.push(`${parameter.name}=${encode(value)}`);
    else if (parameter.in === "header") headers[parameter.name] = headerValue(value);
  }
  if (random() < wild * 0.2)
    query.push(pick(random, ["x=1", "limit=1&limit=2", "%", "a[b]=c", "cursor=", "q=%ff", "=&&="]));
  if (query.length > 0) path += `?${query.join("&")}`;
  if (random() < wild * 0.2 && operation.method === "POST")
    headers["idempotency-key"] = pick(random, [
      "a",
      "b",
      `k${Math.floor(random() * 50)}`,
      "x".repeat(300),
    ]);
  if (random() < wild * 0.1)
    headers["range"] = pick(random, [
      "bytes=0-",
      "bytes=5-1",
      "bytes=-0",
      "bytes=99999999999-",
      "x",
    ]);

  const types = Object.keys(operation.bodies);
  let body: Buffer | undefined;
  if (types.length > 0) {
    const type = pick(random, types);
    const made = makeBody(type, operation.bodies[type]!, options);
    body = made.bytes;
    headers["content-type"] = made.type;
    if (random() < wild * 0.1)
      headers["content-type"] = pick(random, [
        "application/json",
        "text/vtt",
        "multipart/form-data",
        "text/plain",
        "application/json; charset=utf-16",
        "*/*",
      ]);
    if (random() < wild * 0.05) delete headers["content-type"];
  } else if (random() < wild * 0.1 && operation.method !== "GET") {
    body = Buffer.from(pick(random, ["{}", "null", "[", "x"]));
    headers["content-type"] = "application/json";
  }
  return { operation: operation.name, method: operation.method, path, headers, body };
}

function makeBody(type: string, schema: Schema, options: MakeOptions) {
  const { random, wild } = options;
  if (type === "application/json") {
    const value = makeValue(schema, "", options);
    const json = JSON.stringify(value) ?? "null";
    if (random() >= wild * 0.15) return { type, bytes: Buffer.from(json) };
    return {
      type,
      bytes: Buffer.from(
        pick(random, [
          json.slice(0, Math.floor(random() * json.length)),
          "",
          "null",
          "[".repeat(5000),
          `{"a":${"[".repeat(2000)}${"]".repeat(2000)}}`,
          `{"__proto__":{"x":1},"constructor":1}`,
          `${json},`,
          "1e999",
        ]),
      ),
    };
  }
  if (type === "multipart/form-data") return makeForm(schema, options);
  return { type, bytes: makeFile(random, type) };
}

function makeForm(schema: Schema, options: MakeOptions) {
  const { random, wild } = options;
  const boundary = `----lm${Math.floor(random() * 1e9)}`;
  const parts: Buffer[] = [];
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(name) ?? false;
    if (required ? random() < wild * 0.1 : random() < 0.5) continue;
    const isFile = each.format === "binary";
    const filename = isFile
      ? `; filename="${pick(random, ["a.wav", "a.txt", "a.pdf", "a.vtt", "a.md", "a.html", "../../a", ""])}"`
      : "";
    const value = isFile
      ? makeFile(random, name)
      : Buffer.from(text(makeValue(each, name, options)).toWellFormed());
    parts.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n`,
      ),
      value,
      Buffer.from("\r\n"),
    );
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  const bytes = Buffer.concat(parts);
  const cut =
    random() < wild * 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
  const type =
    random() < wild * 0.05 ? "multipart/form-data" : `multipart/form-data; boundary=${boundary}`;
  return { type, bytes: cut };
}

function text(value: unknown) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function encode(value: string) {
  return encodeURIComponent(value.toWellFormed());
}

/** Of a path: sometimes as it should not be written. Never empty, or it would be another operation. */
function segment(value: string, { random, wild }: MakeOptions) {
  if (random() < wild * 0.1)
    return pick(random, ["%", "%ff", "%00", "%2e%2e", "..%2f..", "a%0d%0ab", "x".repeat(3000)]);
  return encode(value) || "%20";
}

/** As much of it as a header can carry. */
function headerValue(value: string) {
  return value.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 4000);
}
