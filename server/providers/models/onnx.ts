/**
 * As much of ONNX's file format as small models need: IR 8, opset 17.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers.
 */
import { open } from "node:fs/promises";

export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;

/** @param graph its fields, made with the functions below: nodes (1), initializers (5), inputs (11), outputs (12). */
export function makeOnnx(graph: Buffer[], metadata: Record<string, string | number> = {}): Buffer {
  return Buffer.concat([
    number(1, 8),
    bytes(7, Buffer.concat([text(2, "made"), ...graph])),
    bytes(8, number(2, 17)),
    metadataProps(metadata),
  ]);
}

/** Metadata as fields of a model: behind a whole model file they are its metadata, too (messages merge). */
export function metadataProps(metadata: Record<string, string | number>): Buffer {
  return Buffer.concat(
    Object.entries(metadata).map(([key, each]) =>
      bytes(14, Buffer.concat([text(1, key), text(2, String(each))])),
    ),
  );
}

/** An integer, a list of integers, or `{ float }`. */
export type Attribute = number | number[] | { float: number };

export function node(
  operation: string,
  inputs: string[],
  output: string | string[],
  attributes: Record<string, Attribute> = {},
) {
  return Buffer.concat([
    ...inputs.map((input) => text(1, input)),
    ...[output].flat().map((each) => text(2, each)),
    text(4, operation),
    ...Object.entries(attributes).map(([name, each]) => bytes(5, attribute(name, each))),
  ]);
}

function attribute(name: string, each: Attribute) {
  if (typeof each === "number")
    return Buffer.concat([text(1, name), number(3, each), number(20, 2)]);
  if (Array.isArray(each))
    return Buffer.concat([text(1, name), ...each.map((one) => number(8, one)), number(20, 7)]);
  const float = Buffer.alloc(4);
  float.writeFloatLE(each.float);
  return Buffer.concat([text(1, name), varint((2 << 3) | 5), float, number(20, 1)]);
}

export function tensor(name: string, shape: number[], values: Float32Array | BigInt64Array) {
  return Buffer.concat([
    ...shape.map((each) => number(1, each)),
    number(2, values instanceof Float32Array ? FLOAT : INT64),
    text(8, name),
    bytes(9, Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

export function value(name: string, type: number, shape: (number | string)[]) {
  const dimensions = shape.map((each) =>
    bytes(1, typeof each === "number" ? number(1, each) : text(2, each)),
  );
  const tensorType = Buffer.concat([number(1, type), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensorType))]);
}

// Protocol Buffers' wire format: https://protobuf.dev/programming-guides/encoding/
export const number = (field: number, each: number) =>
  Buffer.concat([varint(field << 3), varint(each)]);
export const text = (field: number, each: string) => bytes(field, Buffer.from(each));
export const bytes = (field: number, each: Buffer) =>
  Buffer.concat([varint((field << 3) | 2), varint(each.length), each]);

/** A negative number takes ten bytes, as two's complement of 64 bits. */
function varint(each: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(each));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Buffer.from([...out, Number(rest)]);
}

/** Where in a message of protobuf something else stands than a number or bytes, a file is no model. */
const MOST_FIELDS = 10_000;
const LONGEST_PROPERTY = 1 << 16;

/**
 * The metadata of a model on disk, of which only the ends of its fields are read: the weights are passed over.
 * @returns undefined where it is no model.
 */
export async function readOnnxMetadata(path: string): Promise<Map<string, string> | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const found = new Map<string, string>();
    const head = Buffer.alloc(20);
    for (let at = 0, fields = 0; at < size; fields += 1) {
      const { bytesRead } = await file.read(head, 0, head.length, at);
      const [key, afterKey] = readVarint(head.subarray(0, bytesRead), 0);
      const [length, start] = readVarint(head.subarray(0, bytesRead), afterKey);
      const wire = key & 7;
      if (Number.isNaN(length) || fields > MOST_FIELDS || (wire !== 0 && wire !== 2))
        return undefined;
      const end = at + start + (wire === 2 ? length : 0);
      if (end > size) return undefined;
      if (key >> 3 === 14 && wire === 2 && length <= LONGEST_PROPERTY) {
        const property = Buffer.alloc(length);
        await file.read(property, 0, length, at + start);
        const [name, each] = readTexts(property);
        found.set(name ?? "", each ?? "");
      }
      at = end;
    }
    return found;
  } finally {
    await file.close();
  }
}

/** The texts of fields 1 and 2. */
function readTexts(message: Buffer): (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  for (let at = 0; at < message.length;) {
    const [key, afterKey] = readVarint(message, at);
    const [length, start] = readVarint(message, afterKey);
    if (Number.isNaN(length) || (key & 7) !== 2) break;
    texts[(key >> 3) - 1] = message.toString("utf8", start, start + length);
    at = start + length;
  }
  return texts;
}

/** @returns the number, not one where it does not end, and where the next byte stands. */
function readVarint(from: Buffer, at: number): [number: number, next: number] {
  let value = 0;
  for (let next = at; next < Math.min(from.length, at + 8); next += 1) {
    value += (from[next]! & 127) * 2 ** (7 * (next - at));
    if (from[next]! < 128) return [value, next + 1];
  }
  return [NaN, from.length];
}
