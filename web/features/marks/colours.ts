import type { Colour } from "./queries.ts";

/** Each is a variable of the theme (`styles.css`), readable under ink in dark and light. */
export function swatch(colour: Colour | null) {
  return { background: `var(--mark-${colour ?? "yellow"})` };
}
