/**
 * Password hashes: Argon2id at OWASP's parameters
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html), computed on libuv's threads.
 * Hashes of bcrypt, from an older installation, still verify and are replaced at the login.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { hash, parseOptions, verify } from "@node-rs/argon2";
import { fail } from "#server/failures.ts";
import { createLine } from "#server/line.ts";

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** libuv has four threads, and files are read on them too: hashing leaves some free. */
const AT_ONCE = Math.min(3, availableParallelism());
const WAITING_AT_MOST = 300;

/** @throws Failure `too-many-requests`. */
export function hashPassword(password: string) {
  return inTurn(() => hash(password.normalize("NFKC"), PARAMETERS));
}

/**
 * Takes as long for no hash (unknown address, or an account without a password) as for a wrong password.
 * @returns whether it is right, and whether the hash should be replaced by a current one.
 * @throws Failure `too-many-requests`.
 */
export async function verifyPassword(stored: string | null | undefined, password: string) {
  if (!stored) {
    await inTurn(async () => verify(await nobodysHash, password.normalize("NFKC")));
    return { right: false, outdated: false };
  }
  if (stored.startsWith("$2"))
    return { right: await inTurn(() => verifyBcrypt(stored, password)), outdated: true };
  const right = await inTurn(() => verify(stored, password.normalize("NFKC")));
  const { memoryCost, timeCost } = parseOptions(stored);
  return { right, outdated: memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost };
}

const nobodysHash = hash(crypto.randomUUID(), PARAMETERS);

/** bcryptjs is JavaScript: on a thread of its own it does not hold up the others. */
function verifyBcrypt(stored: string, password: string) {
  return new Promise<boolean>((resolve, reject) => {
    const worker = new Worker(new URL("./bcrypt-thread.ts", import.meta.url), {
      workerData: { stored, password },
    });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

const line = createLine(AT_ONCE);

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (line.waiting() >= WAITING_AT_MOST) fail("too-many-requests", { retryAfterSeconds: 5 });
  return line.run(work);
}
