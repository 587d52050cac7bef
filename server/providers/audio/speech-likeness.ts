/**
 * Whether a span of sound is somebody speaking, without a model: speech is loud and silent by turns several times a
 * second, music and noise are not. The share of quiet spans among their second (low short-time energy ratio; Lu, Zhang
 * and Jiang, 2002).
 */
const FRAME_SECONDS = 0.025;

/** @returns 0 for silence and steady sound, to about 0.6 for speech; always more for sound than for none. */
export function speechLikeness(samples: Float32Array, sampleRate: number): number {
  const length = Math.max(1, Math.round(sampleRate * FRAME_SECONDS));
  const energies: number[] = [];
  for (let at = 0; at + length <= samples.length; at += length) {
    let energy = 0;
    for (let i = at; i < at + length; i += 1) energy += samples[i]! ** 2;
    energies.push(energy / length);
  }
  const second = Math.round(1 / FRAME_SECONDS);
  let quiet = 0;
  let heard = 0;
  for (let at = 0; at < energies.length; at += second) {
    const window = energies.slice(at, at + second);
    const mean = window.reduce((sum, energy) => sum + energy, 0) / window.length;
    if (mean < 1e-7) continue;
    heard += window.length;
    quiet += window.filter((energy) => energy < mean / 2).length;
  }
  return heard === 0 ? 0 : 0.001 + (quiet / energies.length) * Math.min(1, heard / second);
}
