/**
 * A recorder as the browser's: sends pieces with their hash, keeps each until its receipt, goes on after any failure.
 */
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { makeWav } from "#tests/support/make-wav.ts";

export interface Sent {
  recordingId: string;
  /** All that was acknowledged. */
  sha256: string;
  bytes: number;
}

/** Minutes, at five a second: a bound for a server that never comes back. */
const MOST_TRIES = 3000;
const TUS = { "tus-resumable": "1.0.0" };

export async function sendRecording(
  url: () => string,
  token: string,
  pieces: number,
  stats: { retries: number; lost: string[] },
): Promise<Sent> {
  const sound = makeWav(randomBytes(pieces * 8_000));
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${url()}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
      signal: AbortSignal.timeout(60_000),
    });
  const patiently = async <T>(work: () => Promise<T>) => {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        stats.retries++;
        if (tries > MOST_TRIES) throw error;
        await sleep(200);
      }
    }
  };

  const path = await patiently(async () => {
    const answer = await send("/api/uploads", {
      method: "POST",
      headers: {
        ...TUS,
        "upload-defer-length": "1",
        "upload-metadata": `transcribe ${Buffer.from("false").toString("base64")}`,
      },
    });
    if (answer.status !== 201) throw new Error(`create: ${answer.status}`);
    return answer.headers.get("location")!;
  });

  let acknowledged = 0;
  for (let number = 0; acknowledged < sound.length; number++) {
    const end = Math.min(sound.length, acknowledged + 8_000 + (number % 3) * 500);
    await patiently(async () => {
      const there = await send(path, { method: "HEAD", headers: TUS });
      if (there.status !== 200) throw new Error(`head: ${there.status}`);
      const offset = Number(there.headers.get("upload-offset"));
      if (offset < acknowledged)
        stats.lost.push(`${path}: ${acknowledged} acknowledged, ${offset} there`);
      if (offset >= end) return; // it was durable, only the receipt was lost
      const rest = sound.subarray(offset, end);
      const checksum = `sha256 ${createHash("sha256").update(rest).digest("base64")}`;
      const answer = await send(path, {
        method: "PATCH",
        headers: {
          ...TUS,
          "content-type": "application/offset+octet-stream",
          "upload-offset": String(offset),
          "upload-checksum": checksum,
        },
        body: rest as never,
      });
      if (answer.status !== 204 || answer.headers.get("upload-checksum") !== checksum)
        throw new Error(`piece: ${answer.status}`);
    });
    acknowledged = end;
  }
  const recordingId = await patiently(async () => {
    const answer = await send(`${path}/finish`, { method: "POST" });
    if (answer.status !== 200) throw new Error(`finish: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { recording_id: string }).recording_id;
  });
  return {
    recordingId,
    sha256: createHash("sha256").update(sound).digest("hex"),
    bytes: sound.length,
  };
}
