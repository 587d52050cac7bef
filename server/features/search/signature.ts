/**
 * Signatures: 384 bits of a vector that differ in few places where two vectors are near (random hyperplanes: Charikar,
 * "Similarity Estimation Techniques from Rounding Algorithms", 2002). PostgreSQL counts the differing bits without an
 * extension.
 */
const SIGNATURE_BITS = 384;

/** As PostgreSQL writes a bit string: "0110…". */
export function signatureOf(vector: Float32Array): string {
  const values = vector.length === SIGNATURE_BITS ? vector : project(vector);
  let bits = "";
  for (const value of values) bits += value > 0 ? "1" : "0";
  return bits;
}

const planes = new Map<number, Int8Array>();

/** Sums with signs that are drawn once for each length, the same on every machine. */
function project(vector: Float32Array): Float32Array {
  let signs = planes.get(vector.length);
  if (!signs) {
    // xorshift32 (Marsaglia 2003).
    let state = 0x9e3779b9;
    signs = Int8Array.from({ length: SIGNATURE_BITS * vector.length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0x10000 ? 1 : -1;
    });
    planes.set(vector.length, signs);
  }
  const sums = new Float32Array(SIGNATURE_BITS);
  for (let bit = 0, at = 0; bit < SIGNATURE_BITS; bit += 1) {
    let sum = 0;
    for (let i = 0; i < vector.length; i += 1, at += 1) sum += vector[i]! * signs[at]!;
    sums[bit] = sum;
  }
  return sums;
}
