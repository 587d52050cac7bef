/**
 * What was read stays readable without a network: the last answer to each GET, in a database of the account that read
 * it. Whoever logs out leaves none of it on the device, and another account opens another database.
 */
import { clear, createStore, del, entries, get, set, type UseStore } from "idb-keyval";

interface Kept {
  at: number;
  answer: unknown;
}

/** Older ones make room, also those of things that are marked to be kept. */
const MOST = 400;
const PREFIX = "lm-kept-";
const DATABASES = "lm-kept-databases";
const stores = new Map<string, UseStore>();
let puts = 0;

export async function keepAnswer(userId: string, address: string, answer: unknown) {
  try {
    await set(address, { at: Date.now(), answer } satisfies Kept, storeOf(userId));
    puts += 1;
    if (puts % 50 === 1) await prune(userId);
  } catch {
    // Full or blocked: then there is less without a network.
  }
}

/** Undefined when it was never read. */
export async function keptAnswer(userId: string, address: string): Promise<unknown> {
  try {
    return (await get<Kept>(address, storeOf(userId)))?.answer;
  } catch {
    return undefined;
  }
}

/** Everything of every account. */
export async function dropKeptAnswers() {
  for (const userId of knownUsers()) await clear(storeOf(userId)).catch(() => {});
  remember([]);
}

async function prune(userId: string) {
  const store = storeOf(userId);
  const all = await entries<string, Kept>(store);
  const oldest = all
    .toSorted(([, a], [, b]) => a.at - b.at)
    .slice(0, Math.max(0, all.length - MOST));
  for (const [address] of oldest) await del(address, store);
}

function storeOf(userId: string) {
  let store = stores.get(userId);
  if (!store) {
    store = createStore(PREFIX + userId, "answers");
    stores.set(userId, store);
    remember([...new Set([...knownUsers(), userId])]);
  }
  return store;
}

function knownUsers(): string[] {
  try {
    return JSON.parse(localStorage.getItem(DATABASES) ?? "[]") as string[];
  } catch {
    return [];
  }
}

function remember(userIds: string[]) {
  try {
    localStorage.setItem(DATABASES, JSON.stringify(userIds));
  } catch {
    // As above.
  }
}
