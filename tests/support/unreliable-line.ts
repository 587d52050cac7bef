/**
 * A TCP line to a server that can be cut, or on which packets are lost: what a firewall, a full network or a dead
 * machine do.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type LineState = "good" | "refused" | "stalled";

export async function startUnreliableLine(targetUrl: string) {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let state: LineState = "good";
  const server = createServer((near) => {
    sockets.add(near);
    near.on("error", () => {});
    near.on("close", () => sockets.delete(near));
    if (state === "refused") return void near.resetAndDestroy();
    if (state === "stalled") return void near.pause();
    const far = connect({ host: target.hostname, port: Number(target.port) });
    sockets.add(far);
    far.on("error", () => near.destroy());
    far.on("close", () => {
      sockets.delete(far);
      if (state !== "stalled") near.destroy();
    });
    near.on("close", () => far.destroy());
    // Bytes of a stalled line are lost, not kept for later.
    near.on("data", (chunk) => state !== "stalled" && far.write(chunk));
    far.on("data", (chunk) => state !== "stalled" && near.write(chunk));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(targetUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    set(next: LineState) {
      // Lost bytes are not sent again here as TCP would: what was stalled starts anew.
      const anew = next === "refused" || state === "stalled";
      state = next;
      if (anew) for (const socket of sockets) socket.destroy();
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
