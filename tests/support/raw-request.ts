/** Requests as no well-behaved client sends them: cut off, endless, sent without waiting for the answer. */
import { once } from "node:events";
import { connect } from "node:net";

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  status: number;
  headers: string;
  body: string;
}

/**
 * Writes everything first and only then looks at what came back, as senders do that do not wait.
 * @param options.after what the sender does after its last byte: wait for the answer, say that nothing more comes, or
 * go away.
 */
export async function rawRequest(
  url: string,
  {
    method,
    path,
    headers = {},
    body = [],
    after = "wait",
  }: {
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: Iterable<string | Buffer>;
    after?: "wait" | "half-close" | "reset";
  },
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let broken = false;
  const ended = new Promise<void>((resolve) => {
    socket.on("error", () => {
      broken = true;
      resolve();
    });
    socket.on("end", resolve);
    socket.on("close", () => resolve());
  });
  await once(socket, "connect");
  const lines = Object.entries({ host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  for (const chunk of body) {
    if (broken) break;
    if (!socket.write(chunk)) await Promise.race([once(socket, "drain").catch(() => {}), ended]);
  }
  if (after === "reset") {
    await new Promise((resolve) => socket.write("", resolve));
    socket.resetAndDestroy();
    return { status: 0, headers: "", body: "" };
  }
  if (after === "half-close") socket.end();
  const answered = new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (isWhole(method, Buffer.concat(chunks).toString("latin1"))) resolve();
    });
  });
  await Promise.race([answered, ended]);
  socket.destroy();
  const text = Buffer.concat(chunks).toString("utf8");
  const end = text.indexOf("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
    headers: text.slice(0, end),
    body: text.slice(end + 4),
  };
}

function isWhole(method: string, text: string) {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  if (method === "HEAD" || /^HTTP\/1\.1 (204|304)/.test(text)) return true;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  if (length !== undefined) return text.length - end - 4 >= Number(length);
  return text.endsWith("\r\n0\r\n\r\n");
}
