import { deleteKept, isLive, listAllKept } from "../features/content/recordings/piece-store.ts";
import { dropKeptAnswers } from "./kept-answers.ts";
import { KEPT_MEDIA } from "./media-addresses.ts";
import { SHARED } from "./shared.ts";

/**
 * What was read. With `unsent` also what was made here and never reached the server: whoever logs out was asked.
 * Without, that waits for its own account, and no other one sees it.
 */
export async function wipe({ unsent }: { unsent: boolean }) {
  await Promise.allSettled([
    dropKeptAnswers(),
    ...("caches" in globalThis ? [KEPT_MEDIA, SHARED].map((name) => caches.delete(name)) : []),
    unsent ? dropRecordings() : undefined,
  ]);
  const prefixes = ["lm-kept-things-", ...(unsent ? ["lm-reviews-", "lm-notes-"] : [])];
  try {
    for (const name of Object.keys(localStorage))
      if (prefixes.some((prefix) => name.startsWith(prefix))) localStorage.removeItem(name);
  } catch {
    // Blocked: nothing was kept there.
  }
}

async function dropRecordings() {
  for (const { id } of await listAllKept()) if (!(await isLive(id))) await deleteKept(id);
}
