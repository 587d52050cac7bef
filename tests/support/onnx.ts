/**
 * As much of ONNX's file format as small models need: IR 8, opset 13.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers.
 */
export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;

/** @param graph its fields, made with the functions below: nodes (1), initializers (5), inputs (11), outputs (12). */
export function makeOnnx(graph: Buffer[], metadata: Record<string, string | number> = {}): Buffer {
  return Buffer.concat([
    number(1, 8),
    bytes(7, Buffer.concat([text(2, "made"), ...graph])),
    bytes(8, number(2, 13)),
    ...Object.entries(metadata).map(([key, each]) =>
      bytes(14, Buffer.concat([text(1, key), text(2, String(each))])),
    ),
  ]);
}

export function node(
  operation: string,
  inputs: string[],
  output: string,
  attribute?: [string, number],
) {
  return Buffer.concat([
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(4, operation),
    ...(attribute
      ? [bytes(5, Buffer.concat([text(1, attribute[0]), number(3, attribute[1]), number(20, 2)]))]
      : []),
  ]);
}

export function tensor(name: string, shape: number[], values: Float32Array) {
  return Buffer.concat([
    ...shape.map((each) => number(1, each)),
    number(2, FLOAT),
    text(8, name),
    bytes(9, Buffer.from(values.buffer)),
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

function varint(each: number): Buffer {
  const out: number[] = [];
  for (; each > 127; each = Math.floor(each / 128)) out.push((each % 128) | 128);
  return Buffer.from([...out, each]);
}
