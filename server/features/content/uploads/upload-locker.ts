/**
 * One request at a time for one upload, within this process: the newer one asks the older one to stop, and waits in
 * line. The library's own MemoryLocker waits by asking again with every turn of the event loop, which keeps a core busy
 * for up to thirty seconds. Between servers `uploads.writer` decides.
 */
import { ERRORS, type Locker, type RequestRelease } from "@tus/server";

const PATIENCE_MS = 30_000;

interface Held {
  requestRelease: RequestRelease;
  waiting: (() => void)[];
}

export function createUploadLocker(): Locker {
  const held = new Map<string, Held>();
  return {
    newLock: (id) => ({
      async lock(signal, requestRelease) {
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
        for (let other = held.get(id); other; other = held.get(id)) {
          await other.requestRelease();
          if (!(await freed(other, deadline))) throw ERRORS.ERR_LOCK_TIMEOUT;
        }
        held.set(id, { requestRelease, waiting: [] });
      },
      async unlock() {
        const own = held.get(id);
        held.delete(id);
        // Whoever is not first finds the lock taken again, and waits again.
        own?.waiting.forEach((wake) => wake());
      },
    }),
  };
}

/** False when the deadline comes first. */
function freed(other: Held, deadline: AbortSignal) {
  return new Promise<boolean>((resolve) => {
    if (deadline.aborted) return resolve(false);
    const give = () => {
      deadline.removeEventListener("abort", late);
      resolve(true);
    };
    const late = () => {
      other.waiting.splice(other.waiting.indexOf(give), 1);
      resolve(false);
    };
    other.waiting.push(give);
    deadline.addEventListener("abort", late, { once: true });
  });
}
