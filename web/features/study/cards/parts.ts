/** Covered parts of a picture, in fractions of its width and height. Pure. */
import type { CoveredPart } from "#server/features/study/cards/shapes.ts";

/** Smaller ones are a slip of the hand. */
const SMALLEST = 0.01;

/** Between two corners, whichever way it was drawn; undefined when it is too small to be meant. */
export function partBetween(a: Point, b: Point): CoveredPart | undefined {
  const x = clamp(Math.min(a.x, b.x));
  const y = clamp(Math.min(a.y, b.y));
  const width = clamp(Math.max(a.x, b.x)) - x;
  const height = clamp(Math.max(a.y, b.y)) - y;
  return width < SMALLEST || height < SMALLEST ? undefined : round({ x, y, width, height });
}

export interface Point {
  x: number;
  y: number;
}

/** By the arrow keys: moved, or made larger and smaller; it never leaves the picture. */
export function nudge(part: CoveredPart, dx: number, dy: number, resize: boolean): CoveredPart {
  if (resize)
    return round({
      ...part,
      width: Math.min(1 - part.x, Math.max(SMALLEST, part.width + dx)),
      height: Math.min(1 - part.y, Math.max(SMALLEST, part.height + dy)),
    });
  return round({
    ...part,
    x: Math.min(1 - part.width, Math.max(0, part.x + dx)),
    y: Math.min(1 - part.height, Math.max(0, part.y + dy)),
  });
}

/**
 * By the arrow keys, larger or smaller with Shift, finely with Alt.
 * @param step of one press, as a fraction of the picture
 * @returns undefined for any other key
 */
export function movedByKey(
  { key, altKey, shiftKey }: { key: string; altKey: boolean; shiftKey: boolean },
  part: CoveredPart,
  step: number,
): CoveredPart | undefined {
  const by = altKey ? 0.002 : step;
  const moves: Record<string, [number, number]> = {
    ArrowLeft: [-by, 0],
    ArrowRight: [by, 0],
    ArrowUp: [0, -by],
    ArrowDown: [0, by],
  };
  const move = moves[key];
  return move && nudge(part, ...move, shiftKey);
}

/** Where the pointer is over the picture. */
export function pointIn(
  picture: Element,
  { clientX, clientY }: { clientX: number; clientY: number },
): Point {
  const box = picture.getBoundingClientRect();
  return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
}

/** Its place over the picture, as a style. */
export function placeOf(part: Pick<CoveredPart, "x" | "y" | "width" | "height">) {
  return {
    left: `${part.x * 100}%`,
    top: `${part.y * 100}%`,
    width: `${part.width * 100}%`,
    height: `${part.height * 100}%`,
  };
}

/** Somewhere that is free, so that several that are added lie beside each other. */
export function nextPart(parts: CoveredPart[]): CoveredPart {
  const at = parts.length;
  return {
    x: 0.05 + (at % 4) * 0.23,
    y: 0.05 + (Math.floor(at / 4) % 6) * 0.15,
    width: 0.2,
    height: 0.1,
  };
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const four = (value: number) => Math.round(value * 10_000) / 10_000;
const round = (part: CoveredPart): CoveredPart => ({
  ...part,
  x: four(part.x),
  y: four(part.y),
  width: four(part.width),
  height: four(part.height),
});
