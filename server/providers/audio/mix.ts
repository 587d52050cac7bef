/**
 * Channels become one. Their mean, but for two that cancel each other, as a wrongly soldered cable makes them: then one
 * of them is turned round.
 */

/** Of what both carry, less than this is left when they are added. */
const CANCELLED = 0.02;

export function createMixer(): (channels: Float32Array[]) => Float32Array {
  let together = 0;
  let apart = 0;
  return (channels) => {
    const [left, right] = channels as [Float32Array, Float32Array];
    if (channels.length === 1) return left;
    if (channels.length === 2) {
      for (let i = 0; i < left.length; i += 4) {
        together += (left[i]! + right[i]!) ** 2;
        apart += (left[i]! - right[i]!) ** 2;
      }
      // A minute back weighs little: a cable may be mended.
      together *= 0.99;
      apart *= 0.99;
      const sign = together < apart * CANCELLED ? -1 : 1;
      return Float32Array.from(left, (sample, i) => (sample + sign * right[i]!) / 2);
    }
    const mono = new Float32Array(left.length);
    for (const channel of channels)
      for (let i = 0; i < mono.length; i += 1) mono[i]! += channel[i]! / channels.length;
    return mono;
  };
}
