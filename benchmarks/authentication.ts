/**
 * Logins per second, and authenticated requests per second at 1, 10 and 100 callers beside the same route without
 * authentication: same process, same run, turn and turn about. BENCH_DATABASE_URL: a PostgreSQL server where databases
 * may be made; otherwise the embedded one.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createAdaptorServer } from "@hono/node-server";
import pg from "pg";
import pino from "pino";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { readConfig } from "#server/config.ts";
import type { Context } from "#server/context.ts";
import { authenticate } from "#server/features/authentication/authenticate.ts";
import { authenticationRoutes } from "#server/features/authentication/routes.ts";
import { createRouter } from "#server/http/router.ts";
import { securityHeaders } from "#server/http/security-headers.ts";
import { createMail } from "#server/providers/mail/mail.ts";
import { loadSecrets } from "#server/secrets.ts";
import { machine } from "./product/machine.ts";
import { median } from "./product/median.ts";

const CALLERS = [1, 10, 100];
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 3);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);
const PASSWORD = "Correct-Horse-7";

const folder = await mkdtemp(join(tmpdir(), "lm-bench-authentication-"));
const given = process.env["BENCH_DATABASE_URL"];
const embedded = given ? undefined : await startEmbedded({ dataDir: join(folder, "postgres") });
const serverUrl = given ?? embedded!.url;
const name = `lm_bench_authentication_${process.pid}`;
await administer(`create database ${name}`);
const url = new URL(serverUrl);
url.pathname = `/${name}`;
await upgrade(url.href);
const database = openDatabase(url.href, { max: 10 });
const { server, port } = await serve();
const agent = new Agent({ keepAlive: true, maxSockets: Math.max(...CALLERS) });

try {
  const credentials = JSON.stringify({ email: "bench@example.org", password: PASSWORD });
  const registered = await call("POST", "/api/auth/register", {}, credentials);
  const { access_token } = JSON.parse(registered.text) as { access_token: string };
  const bearer = { authorization: `Bearer ${access_token}` };

  const routes: Record<string, () => Promise<unknown>> = {
    open: () => ok(call("GET", "/open", {})),
    authenticated: () => ok(call("GET", "/api/same", bearer)),
    login: () => ok(call("POST", "/api/auth/login", {}, credentials)),
  };
  const measured: Record<string, number[]> = {};
  const delays: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const callers of CALLERS) {
      for (const [route, once] of Object.entries(routes)) {
        const delay = monitorEventLoopDelay({ resolution: 5 });
        delay.enable();
        (measured[`${route} ${callers}`] ??= []).push(await perSecond(callers, once));
        delay.disable();
        if (route === "login") delays.push(delay.percentile(99) / 1e6);
      }
    }
    console.error(`round ${round + 1} of ${ROUNDS}`);
  }
  const of = (key: string) => median(measured[key]!);
  const figures: Record<string, number> = {};
  for (const key of Object.keys(measured))
    figures[`${key.replace(" ", "_")}_per_s`] = round1(of(key));
  for (const callers of CALLERS) {
    figures[`cost_of_authentication_${callers}_ms`] =
      Math.round((1000 / of(`authenticated ${callers}`) - 1000 / of(`open ${callers}`)) * 1000) /
      1000;
  }
  figures["event_loop_delay_p99_in_logins_ms"] = round1(median(delays));
  const goals = [
    goal(
      "authenticated requests/s at 10 callers, of the open route's",
      of("authenticated 10") / of("open 10"),
      0.2,
      "least",
    ),
    goal("logins/s at 100 callers, of those at 10", of("login 100") / of("login 10"), 0.8, "least"),
    goal("event loop delay p99 while 1 to 100 log in, ms", median(delays), 100, "most"),
  ];
  console.log(JSON.stringify({ bench: "authentication", machine, figures, goals }));
} finally {
  agent.destroy();
  server.close();
  await database.destroy();
  await administer(`drop database ${name} with (force)`);
  await embedded?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The product's own frame, with one route inside of it and the same route outside. */
async function serve() {
  const config = readConfig({
    LM_DATA_DIR: folder,
    LM_RATE_LIMITS: "off",
    LM_LOG_LEVEL: "silent",
    DATABASE_URL: url.href,
  });
  const log = pino({ level: "silent" });
  // What authentication does not touch is not opened.
  const context = {
    config,
    database,
    log,
    secrets: await loadSecrets(config),
    mail: createMail(config, log),
  } as unknown as Context;
  const app = createRouter();
  app.use(securityHeaders(context));
  app.get("/open", (c) => c.json({ hello: "world" }));
  const api = createRouter();
  api.use(authenticate(context));
  api.get("/same", (c) => c.json({ hello: "world" }));
  api.route("/", authenticationRoutes(context));
  app.route("/api", api);
  const made = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return { server: made, port: (made.address() as AddressInfo).port };
}

async function perSecond(callers: number, once: () => Promise<unknown>) {
  const started = performance.now();
  const until = started + SECONDS * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) {
        await once();
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - started) / 1000);
}

function call(method: string, path: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(
      {
        port,
        path,
        method,
        agent,
        headers: body ? { ...headers, "content-type": "application/json" } : headers,
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode!, text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function ok(answer: Promise<{ status: number; text: string }>) {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(`${status} ${text}`);
}

async function administer(statement: string) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function goal(title: string, value: number, wanted: number, kind: "most" | "least") {
  const rounded = Math.round(value * 100) / 100;
  return {
    name: title,
    value: rounded,
    goal: `at ${kind} ${wanted}`,
    met: kind === "most" ? value <= wanted : value >= wanted,
  };
}

function round1(value: number) {
  return Math.round(value * 10) / 10;
}
