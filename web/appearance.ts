/** Light, dark, or as the system: `public/appearance.js` applies it, before the first paint and after each choice. */
export const APPEARANCES = ["system", "light", "dark"] as const;
export type Appearance = (typeof APPEARANCES)[number];

const KEY = "lm-appearance";

export function chosenAppearance(): Appearance {
  try {
    const kept = localStorage.getItem(KEY) as Appearance | null;
    if (kept && APPEARANCES.includes(kept)) return kept;
  } catch {
    // Storage may be blocked.
  }
  return "system";
}

export function setAppearance(appearance: Appearance) {
  try {
    localStorage.setItem(KEY, appearance);
  } catch {
    // As above: the choice then lasts until the page is closed.
  }
  window.dispatchEvent(new CustomEvent(KEY, { detail: appearance }));
}
