/**
 * Changes the sample rate of a stream with a windowed-sinc filter in as many phases as the ratio of the rates needs
 * (Crochiere and Rabiner, "Multirate Digital Signal Processing", 1983; as a table: Smith, "Digital Audio Resampling",
 * https://ccrma.stanford.edu/~jos/resample/).
 */

/**
 * Zero crossings on each side: 16 keep everything below 7.2 kHz of a 16 kHz result and cost 8 s for three hours of 44.1
 * kHz.
 */
const CROSSINGS = 16;

export interface Resampler {
  push(samples: Float32Array): Float32Array;
  /** What is still owed: all that was given is then exactly as long as all that was pushed, to half a sample. */
  flush(): Float32Array;
}

/** @param from samples per second, as `to` */
export function createResampler(from: number, to: number): Resampler {
  if (from === to) return { push: (samples) => samples, flush: () => new Float32Array(0) };
  const divisor = gcd(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const half = Math.ceil(CROSSINGS * Math.max(1, from / to));
  const taps = 2 * half;
  const phases = makePhases(up, taps, half, Math.min(1, to / from));

  // The first sample needs half a filter of silence before it, the last one half a filter behind it.
  let held = new Float32Array(half);
  let phase = 0;
  let received = 0;
  let given = 0;

  const convolve = (samples: Float32Array) => {
    const input = new Float32Array(held.length + samples.length);
    input.set(held);
    input.set(samples, held.length);
    const output = new Float32Array(Math.ceil(((input.length + 1) * up) / down) + 1);
    let at = 0;
    let count = 0;
    while (at + taps <= input.length) {
      const base = phase * taps;
      let sum = 0;
      for (let i = 0; i < taps; i += 1) sum += input[at + i]! * phases[base + i]!;
      output[count] = sum;
      count += 1;
      phase += down;
      at += Math.floor(phase / up);
      phase %= up;
    }
    held = input.slice(Math.min(at, input.length));
    return output.subarray(0, count);
  };
  return {
    push(samples) {
      received += samples.length;
      const output = convolve(samples);
      given += output.length;
      return output;
    },
    flush() {
      const length = Math.round((received * to) / from);
      return convolve(new Float32Array(half + 1)).subarray(0, Math.max(0, length - given));
    },
  };
}

function makePhases(up: number, taps: number, half: number, cutoff: number) {
  const phases = new Float32Array(up * taps);
  for (let phase = 0; phase < up; phase += 1) {
    let sum = 0;
    for (let i = 0; i < taps; i += 1) {
      const x = i - half - phase / up;
      const angle = Math.PI * x * cutoff * 0.95;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      // Blackman: stop band at -74 dB, far below the noise of any lecture hall.
      const window =
        0.42 + 0.5 * Math.cos((Math.PI * x) / half) + 0.08 * Math.cos((2 * Math.PI * x) / half);
      const value = Math.abs(x) > half ? 0 : sinc * window;
      phases[phase * taps + i] = value;
      sum += value;
    }
    for (let i = 0; i < taps; i += 1) phases[phase * taps + i]! /= sum;
  }
  return phases;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
