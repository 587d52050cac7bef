/** Which voices of the blocks of a recording are one. Pure. */
export interface BlockVoice {
  /** The embedding of what it says; undefined: too little. */
  vector: Float32Array | undefined;
  seconds: number;
}

interface Known {
  /** The sum of its embeddings, each of length 1, weighted by seconds. */
  sum: Float32Array;
  /** The numbers that it was given, each a member. */
  members: number[];
}

/**
 * Block after block, each voice is the known one that it is nearest to, or a new one: within a block two voices are two
 * people. Is it said how many there are, the nearest are joined until there are no more.
 * @param blocks voices by block, in order of time
 * @param threshold cosine distance from which two voices are two people
 * @param most how many there are, where that is known
 * @returns for each block the numbers of its voices, from 0
 */
export function joinVoices(blocks: BlockVoice[][], threshold: number, most?: number): number[][] {
  const known: Known[] = [];
  let members = 0;
  const given = blocks.map((voices) => {
    const free = new Set(known);
    const pairs = voices
      .flatMap((voice, at) =>
        known.map((one) => ({ at, one, far: distance(voice.vector, one.sum) })),
      )
      .filter(({ far }) => far < threshold)
      .toSorted((a, b) => a.far - b.far);
    const taken = new Map<number, Known>();
    for (const { at, one } of pairs) {
      if (taken.has(at) || !free.has(one)) continue;
      taken.set(at, one);
      free.delete(one);
    }
    return voices.map((voice, at) => {
      const one = taken.get(at) ?? {
        sum: new Float32Array(voice.vector?.length ?? 0),
        members: [],
      };
      if (!taken.has(at)) known.push(one);
      addTo(one.sum, voice);
      one.members.push(members);
      return members++;
    });
  });
  if (most !== undefined) joinNearest(known, most);
  const numbers = new Map(known.flatMap(({ members }, at) => members.map((each) => [each, at])));
  return given.map((voices) => voices.map((each) => numbers.get(each)!));
}

function joinNearest(known: Known[], most: number) {
  while (known.length > Math.max(1, most)) {
    let nearest = { far: Infinity, one: 0, other: 1 };
    for (let one = 0; one < known.length; one += 1)
      for (let other = one + 1; other < known.length; other += 1) {
        const far = distance(known[one]!.sum, known[other]!.sum);
        if (far < nearest.far) nearest = { far, one, other };
      }
    const [gone] = known.splice(nearest.other, 1);
    const stays = known[nearest.one]!;
    stays.members.push(...gone!.members);
    if (stays.sum.length === 0) stays.sum = gone!.sum;
    else gone!.sum.forEach((each, at) => (stays.sum[at]! += each));
  }
}

function addTo(sum: Float32Array, { vector, seconds }: BlockVoice) {
  const length = vector ? Math.hypot(...vector) : 0;
  if (length > 0) vector!.forEach((each, at) => (sum[at]! += (seconds * each) / length));
}

/** 0 to 2, and 2 where nothing is known. */
function distance(a: Float32Array | undefined, b: Float32Array) {
  const lengths = a && a.length === b.length ? Math.hypot(...a) * Math.hypot(...b) : 0;
  if (lengths === 0) return 2;
  return 1 - a!.reduce((sum, each, at) => sum + each * b[at]!, 0) / lengths;
}
