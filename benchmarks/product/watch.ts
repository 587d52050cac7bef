/** Requests whose bodies are never held whole, and the memory of the process that answers them. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Reads the answer to its end and drops it. */
export async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: AsyncIterable<Buffer>,
) {
  const sent = request(url, { method, headers });
  const answered = once(sent, "response");
  if (body) await pipeline(Readable.from(body), sent);
  else sent.end();
  const [answer] = (await answered) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer) if (answer.statusCode! >= 400) text += String(chunk);
  if (answer.statusCode! >= 400) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`);
  return answer;
}

/** Highest memory of a process while `work` runs, read every 50 ms. */
export async function watched<T>(pid: number, work: () => Promise<T>) {
  let peak = 0;
  let running = true;
  const watching = (async () => {
    while (running) {
      peak = Math.max(peak, await memory(pid));
      await sleep(50);
    }
  })();
  const started = performance.now();
  const answer = await work();
  const seconds = (performance.now() - started) / 1000;
  running = false;
  await watching;
  return { peak, seconds, answer };
}

/** MiB. */
export async function memory(pid: number) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
