/** Server-sent events (WHATWG HTML, section 9.2) as every stream of this server sends them. */
import type { Context as HonoContext } from "hono";
import { streamSSE } from "hono/streaming";
import type { AppEnv } from "./router.ts";

/** Proxies end what is silent for a minute. */
const KEEP_ALIVE_MS = 15_000;

export interface EventStream {
  /** Of a reader that went away nothing is told: `gone` says so. */
  send(event: string, data: unknown): Promise<void>;
  /** Aborts when the reader goes away. */
  gone: AbortSignal;
  /** Ends the stream before its reader does. */
  end(): void;
}

/** Sends what `work` gives until it ends, and comments in between, so that the connection is kept. */
export function serverSent(
  c: HonoContext<AppEnv>,
  work: (stream: EventStream) => Promise<void>,
): Response {
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const keepAlive = setInterval(
      () => void stream.write(": keep-alive\n\n").catch(() => stream.abort()),
      KEEP_ALIVE_MS,
    );
    try {
      await work({
        gone: gone.signal,
        end: () => stream.abort(),
        send: (event, data) =>
          stream.writeSSE({ event, data: JSON.stringify(data) }).catch(() => stream.abort()),
      });
    } finally {
      clearInterval(keepAlive);
    }
  });
}
