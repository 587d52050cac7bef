/**
 * A language model's server that costs nothing: tokens at a steady pace, each the moment it was sent. Prints its
 * address.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const TOKENS = 200;
const PACE_MS = 20;

const server = createServer(async (request, response) => {
  for await (const _ of request);
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (delta: object, finish_reason: string | null) =>
    response.write(
      `data: ${JSON.stringify({
        id: "c",
        object: "chat.completion.chunk",
        created: 1,
        model: "pace",
        choices: [{ index: 0, delta, finish_reason }],
      })}\n\n`,
    );
  for (let i = 0; i < TOKENS && !response.destroyed; i += 1) {
    chunk({ content: `${(performance.timeOrigin + performance.now()).toFixed(3)} ` }, null);
    await wait(PACE_MS);
  }
  chunk({}, "stop");
  response.end("data: [DONE]\n\n");
});
server.listen(0, "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
