/**
 * Quiet flights only for those who did not ask for less motion: scripts do not obey the style sheet's media query by
 * themselves.
 */
export function scrollBehavior(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

/** Where the page begins that no bar covers, in pixels from the top of the window. */
export function topOfSight() {
  return document.querySelector("[data-sticky-bar]")?.getBoundingClientRect().bottom ?? 0;
}
