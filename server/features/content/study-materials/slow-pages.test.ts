/** A page that comes too slowly is given up after its time, wherever it slows down, and its server is left alone. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let server: Server;
const closed = new Map<string, PromiseWithResolvers<void>>();

const WAYS: Record<string, (response: ServerResponse) => void> = {
  "/silent": () => {},
  "/stalls": (response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.write("<p>And then nothing more.");
  },
  "/drips": (response) => {
    response.writeHead(200, { "content-type": "text/html" });
    const drop = setInterval(() => response.write("<p>drop</p>"), 20);
    response.on("close", () => clearInterval(drop));
  },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const way = request.url!;
    closed.set(way, Promise.withResolvers());
    response.on("close", () => closed.get(way)!.resolve());
    WAYS[way]!(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  app = await startTestApp({ LM_WEB_NETWORKS: "127.0.0.1", LM_WEB_PAGE_SECONDS: "1" });
});
afterAll(async () => {
  await app?.stop();
  server?.closeAllConnections();
  server?.close();
});

test.each(Object.keys(WAYS))("%s", async (way) => {
  const student = await app.register();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${way}`;
  const { body } = await student.post("/study-materials", { url });
  const read = await student.until<any>(`/study-materials/${body.id}`, ({ status }) =>
    ["ready", "failed"].includes(status),
  );
  expect([read.status, read.error_code]).toEqual(["failed", "address-unreachable"]);
  expect(read.error_message).toContain("took longer than 1 seconds");
  await closed.get(way)!.promise;
  // Nothing half-fetched stays.
  const keys: string[] = [];
  for await (const { key } of app.context.storage.list(`${student.id}/`)) keys.push(key);
  expect(keys).toEqual([]);
});
