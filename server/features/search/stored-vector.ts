/**
 * A vector as it is stored: one signed byte for each of its numbers, the greatest as 127. Cosines of vectors of 512
 * numbers change by some 0.0005, and a question that compares three hundred of them reads a fifth of the bytes.
 */
const GREATEST = 127;

export function toBytes(vector: Float32Array): Buffer {
  let greatest = 0;
  for (const value of vector) greatest = Math.max(greatest, Math.abs(value));
  const scale = greatest > 0 ? GREATEST / greatest : 0;
  return Buffer.from(Int8Array.from(vector, (value) => Math.round(value * scale)).buffer);
}

/** @returns a vector of unit length; of zeros where all were. */
export function fromBytes(stored: Buffer): Float32Array {
  const values = Float32Array.from(signed(stored));
  const length = Math.hypot(...values);
  return length > 0 ? values.map((value) => value / length) : values;
}

/**
 * Cosines of a vector of unit length and each of the stored ones, which stand one after another.
 *
 * @returns NaN for one of zeros.
 */
export function closenessOfEach(stored: Buffer, vector: Float32Array): number[] {
  const values = signed(stored);
  const cosines: number[] = [];
  for (let at = 0; at + vector.length <= values.length; at += vector.length) {
    let product = 0;
    let square = 0;
    for (let i = 0; i < vector.length; i += 1) {
      const value = values[at + i]!;
      product += value * vector[i]!;
      square += value * value;
    }
    cosines.push(product / Math.sqrt(square));
  }
  return cosines;
}

function signed(stored: Buffer) {
  return new Int8Array(stored.buffer, stored.byteOffset, stored.length);
}
