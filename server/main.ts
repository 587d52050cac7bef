/** Brings everything up in one process tree, and all of it down again. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import { startMailSender } from "#server/features/authentication/mails/send-mails.ts";
import { handlers } from "#server/worker/handlers.ts";
import { startWorker } from "#server/worker/worker.ts";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { openContext, type Opened } from "./open-context.ts";

export interface RunningServer {
  url: string;
  port: number;
  opened: Opened;
  stop(): Promise<void>;
}

/** How long running jobs may take to end at shutdown before they are handed back to the queue. */
const DRAIN_MS = 5_000;

/** What is being answered may end so long; event streams have no end of their own. */
const ANSWERS_MS = 1_000;
/** A mail that is being handed over may be taken: otherwise it is sent again after the next start. */
const MAIL_MS = 2_000;
const HEADERS_MS = 30_000;
/**
 * Longer than the usual proxies keep a connection (nginx, AWS and Google: 60 s): one that they think open must not be
 * closed here.
 */
const KEEP_ALIVE_MS = 65_000;

export async function startServer(config: Config): Promise<RunningServer> {
  const opened = await openContext(config, { exclusive: true });
  const { context } = opened;
  try {
    const app = createApp(context);
    const server = createAdaptorServer({ fetch: app.fetch }) as Server;
    // a lecture may take hours to come in over a slow line; http/deadlines.ts ends what is silent
    server.requestTimeout = 0;
    server.headersTimeout = HEADERS_MS;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    await listen(server, config);
    const worker = config.worker.enabled
      ? await startWorker(opened.workerContext, handlers)
      : undefined;
    const mails = startMailSender(context);
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === "IPv6" ? `[${address}]` : address;
    return {
      url:
        context.config.http.publicUrl ??
        `http://${host === "0.0.0.0" || host === "[::]" ? "localhost" : host}:${port}`,
      port,
      opened,
      async stop() {
        const closed = new Promise((resolve) => server.close(resolve));
        await mails.stop(MAIL_MS);
        await worker?.stop(DRAIN_MS);
        await Promise.race([closed, sleep(ANSWERS_MS, undefined, { ref: false })]);
        server.closeAllConnections();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function listen(server: Server, { http }: Config) {
  return new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${http.port} is in use. Choose another one with PORT=…`)
          : error,
      ),
    );
    server.listen(http.port, http.host, resolve);
  });
}
