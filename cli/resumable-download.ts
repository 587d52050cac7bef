/** Fetches a file with ranges (RFC 9110, section 14): a cut goes on from the byte where it came. */
import { createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { setTimeout } from "node:timers/promises";
import { ClientFailure, type Client } from "./client.ts";

const TRIES = 12;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Written aside and renamed: under the name stands a whole file or nothing new.
 * @throws ClientFailure when the server refuses.
 */
export async function downloadResumably(client: Client, path: string, file: string, size: number) {
  const aside = `${file}.part`;
  let have = 0;
  for (let failures = 0; have < size;) {
    try {
      const answer = await client.request(path, {
        headers: have > 0 ? { range: `bytes=${have}-` } : {},
      });
      const goesOn = answer.status === 206;
      await pipeline(
        Readable.fromWeb(answer.body! as ReadableStream),
        createWriteStream(aside, { mode: 0o600, flags: goesOn ? "a" : "w" }),
      );
    } catch (error) {
      if (error instanceof ClientFailure && error.problem.status < 500) throw error;
      if (++failures > TRIES) throw error;
      await setTimeout(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures));
    }
    const came = (await stat(aside).catch(() => undefined))?.size ?? 0;
    if (came > have) failures = 0;
    have = came;
  }
  await rename(aside, file);
}
