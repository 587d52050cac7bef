/**
 * What was read stays readable without a network: the last answer to each GET, in a database of the account that read
 * it. Whoever logs out leaves none of it on the device, and another account opens another database.
 */
import { clear, createStore, delMany, entries, get, keys, set, type UseStore } from "idb-keyval";
import { keptIds } from "./kept-ids.ts";

interface Kept {
  answer: unknown;
}

/** Older ones make room; those of things that are marked to be kept count for nothing and stay. */
const MOST = 400;
const PREFIX = "lm-kept-";
/** When each was kept: what makes room is found without reading any answer. */
const TIMES = "lm-kept-times-";
const DATABASES = "lm-kept-databases";
const stores: Record<string, UseStore> = {};
let puts = 0;

export async function keepAnswer(userId: string, address: string, answer: unknown) {
  try {
    await set(address, { answer } satisfies Kept, storeOf(userId));
    await set(address, Date.now(), timesOf(userId));
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
  for (const userId of knownUsers())
    for (const store of [storeOf(userId), timesOf(userId)]) await clear(store).catch(() => {});
  remember([]);
}

async function prune(userId: string) {
  const [store, times] = [storeOf(userId), timesOf(userId)];
  const at = new Map(await entries<string, number>(times));
  const pinned = keptIds();
  const loose = (await keys<string>(store)).filter(
    (address) => !pinned.some((id) => address.includes(id)),
  );
  const oldest = loose
    .toSorted((a, b) => (at.get(a) ?? 0) - (at.get(b) ?? 0))
    .slice(0, Math.max(0, loose.length - MOST));
  await delMany(oldest, store);
  await delMany(oldest, times);
}

function timesOf(userId: string) {
  return (stores[TIMES + userId] ??= createStore(TIMES + userId, "times"));
}

function storeOf(userId: string) {
  const known = stores[PREFIX + userId];
  if (known) return known;
  remember([...new Set([...knownUsers(), userId])]);
  return (stores[PREFIX + userId] = createStore(PREFIX + userId, "answers"));
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
