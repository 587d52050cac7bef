import { dropKeptAnswers } from "./kept-answers.ts";
import { KEPT_MEDIA } from "./media-addresses.ts";

/** Nothing of any account stays on the device but what was not sent yet. */
export async function wipe() {
  await Promise.allSettled([
    dropKeptAnswers(),
    "caches" in globalThis ? caches.delete(KEPT_MEDIA) : undefined,
  ]);
  try {
    for (const name of Object.keys(localStorage))
      if (name.startsWith("lm-kept-things-")) localStorage.removeItem(name);
  } catch {
    // Blocked: nothing was kept there.
  }
}
