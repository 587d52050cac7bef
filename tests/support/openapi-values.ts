/** Values that a schema of the OpenAPI document allows, and, by choice, some that it does not. */
import { makeWav } from "./make-wav.ts";

export interface Schema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  $ref?: string;
}

export type Random = () => number;

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state are enough to choose requests. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)]!;

/** Ids of one student by collection: what `/recordings` answered serves `/recordings/{id}/audio`. */
export class Known {
  readonly #ids = new Map<string, string[]>();

  /** @param path as it was asked, @param body as it was answered. */
  learn(path: string, body: unknown) {
    const collection = path.split("?")[0]!.replace(/\/[0-9a-f-]{36}.*$/, "");
    const visit = (value: unknown, name: string, depth: number) => {
      if (depth > 6 || typeof value !== "object" || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === "string" && /^[0-9a-f-]{36}$/.test(inner)) {
          if (key === "id") this.add(collectionOf(name) ?? collection, inner);
          else if (key.endsWith("_id")) {
            this.add(key, inner);
            this.add(collectionOf(key.slice(0, -3))!, inner);
          }
        }
        visit(inner, Array.isArray(value) ? name : key === "items" ? "" : key, depth + 1);
      }
    };
    visit(body, "", 0);
  }

  add(collection: string, id: string) {
    const ids = this.#ids.get(collection) ?? [];
    // The newest are the likeliest to be there still.
    if (!ids.includes(id)) ids.push(id);
    this.#ids.set(collection, ids.slice(-12));
  }

  /** One of this collection, or of any. */
  find(random: Random, collection: string): string | undefined {
    const own = this.#ids.get(collection);
    if (own && random() < 0.9) return pick(random, own);
    const all = [...this.#ids.values()].flat();
    return all.length > 0 ? pick(random, all) : undefined;
  }
}

/** `transcription_job` stands for a row of `/transcription-jobs`. */
function collectionOf(name: string) {
  if (!name || /^\d+$/.test(name)) return undefined;
  return `/${name.replaceAll("_", "-")}s`;
}

export interface MakeOptions {
  random: Random;
  known: Known;
  /** Share of values that are wild, 0 to 1; 0 makes requests that the document allows. */
  wild: number;
}

const CUE = "00:00:01.000 --> 00:00:02.000";

export function makeFile(random: Random, about: string): Buffer {
  if (/captions|vtt|subrip/.test(about) && random() < 0.8)
    return Buffer.from(
      pick(random, [
        `WEBVTT\n\n${CUE}\nThe cell divides.\n`,
        `1\n00:00:01,000 --> 00:00:02,500\n${"<".repeat(20_000)}\n`,
        `WEBVTT\n\n${"9".repeat(400)}:00:01.000 --> 99:00:02.000\nx\n`,
        `WEBVTT\n\n${CUE}\n${"a".repeat(100_000)}\n`,
        "WEBVTT\n",
        "",
      ]),
    );
  if (random() < 0.4) return makeWav(Buffer.alloc(3200));
  return pick(random, [
    () => Buffer.from("# Cells\n\nThe mitochondrion makes energy.\n"),
    () => Buffer.from("<html><title>x</title><p>Osmosis moves water.</p></html>"),
    () => Buffer.from("%PDF-1.7\nnot really"),
    () => Buffer.from("PK\u0003\u0004 not a zip"),
    () => Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256))),
    () => Buffer.alloc(0),
  ])();
}

const WILD_TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "😀".repeat(300),
  "e\u0301".repeat(200),
  "\u202e\u200f txet",
  "'; drop table users; --",
  "../../../etc/passwd",
  "%",
  "%00",
  "<script>alert(1)</script>",
  "null",
  "NaN",
  "Infinity",
  "-1",
  "99999999999999999999",
  "1e400",
  "__proto__",
  "a".repeat(300),
  "a b ".repeat(1500),
  "x".repeat(20_000),
  "((((((((((",
  "2026-02-31T25:61:61Z",
  "00000000-0000-0000-0000-000000000000",
] as const;

const WILD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  9e15,
  [],
  {},
  [[]],
  { a: {} },
  ["a"],
];

export function makeValue(schema: Schema, name: string, options: MakeOptions, depth = 0): unknown {
  const { random, wild } = options;
  if (random() < wild * 0.25)
    return random() < 0.6 ? pick(random, WILD_TEXTS) : pick(random, WILD_VALUES);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return pick(random, schema.enum);
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return makeValue(pick(random, choice), name, options, depth);
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((each) => makeValue(each, name, options, depth)));
  const type = Array.isArray(schema.type) ? pick(random, schema.type) : schema.type;
  switch (type) {
    case "string":
      return makeText(schema, name, options);
    case "integer":
    case "number":
      return makeNumber(schema, type, random);
    case "boolean":
      return random() < 0.5;
    case "null":
      return null;
    case "array": {
      const least = schema.minItems ?? 0;
      const count = least + Math.floor(random() * Math.min(4, (schema.maxItems ?? 4) - least + 1));
      return Array.from({ length: depth > 6 ? least : count }, () =>
        makeValue(schema.items ?? {}, name, options, depth + 1),
      );
    }
    default:
      return makeObject(schema, options, depth);
  }
}

function makeObject(schema: Schema, options: MakeOptions, depth: number) {
  const { random, wild } = options;
  const made: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(name) ?? false;
    if (required ? random() < wild * 0.05 : random() < 0.5 || depth > 6) continue;
    made[name] = makeValue(each, name, options, depth + 1);
  }
  if (random() < wild * 0.05) made["unexpected"] = pick(random, WILD_VALUES);
  return made;
}

function makeNumber(schema: Schema, type: string, random: Random) {
  const least = schema.minimum ?? -5;
  const most = Math.min(schema.maximum ?? 100, least + 1000);
  const value = least + random() * (most - least);
  return type === "integer" ? Math.round(value) : value;
}

const WORDS = [
  "cell",
  "energy",
  "mitochondrion",
  "water",
  "the",
  "Zelle",
  "Ökologie",
  "osmosis",
  "of",
  "細胞",
];

function makeText(schema: Schema, name: string, { random, known }: MakeOptions): string {
  if (schema.format === "uuid")
    return known.find(random, name) ?? "018f3c1e-7b3a-7000-8000-000000000000";
  if (schema.format === "email") return `fuzz-${Math.floor(random() * 1e6)}@example.org`;
  if (schema.format === "date-time") return new Date(1.7e12 + random() * 1e11).toISOString();
  if (/password/.test(name)) return "Correct-Horse-7";
  if (/language/.test(name)) return pick(random, ["en", "de", "pt-BR", "xx"]);
  if (/captions|content-type/.test(name)) return CUE;
  if (/url/.test(name))
    return pick(random, ["http://127.0.0.1:9/x", "http://[::1]/", "https://example.invalid/"]);
  const least = schema.minLength ?? 0;
  const most = Math.min(schema.maxLength ?? 200, Math.max(least, 200));
  let made = "";
  while (made.length < least || random() < 0.6) made += `${made && " "}${pick(random, WORDS)}`;
  return made.slice(0, most);
}
