/** In the unit of the values; of an even number of them the upper one of the middle. */
export function median(values: number[]) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
