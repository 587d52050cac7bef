/** A server on loopback that speaks as much of OpenAI's audio API as ours asks for, from a script. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Fields of a multipart form, files left out. */
  form: Record<string, string[]>;
}

export type Script = (asked: Asked, response: ServerResponse) => unknown;

export interface ScriptedServer {
  url: string;
  asked: Asked[];
  /** Answers from here on; what it returns is sent as JSON unless it wrote to the response itself. */
  answer(script: Script): void;
  close(): Promise<void>;
}

export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  let current = script;
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  async function handle(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request);
    const one: Asked = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body,
      form: await fields(request, body),
    };
    asked.push(one);
    const answer = await current(one, response);
    if (response.headersSent || response.writableEnded || response.destroyed) return;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next) => void (current = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function fields(request: IncomingMessage, body: Buffer) {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return {};
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": type },
  }).formData();
  const found: Record<string, string[]> = {};
  for (const [name, value] of form) if (typeof value === "string") (found[name] ??= []).push(value);
  return found;
}
