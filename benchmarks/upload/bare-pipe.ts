/** The least a server could do: each request's body piped to a file and fsynced. */
import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";

const path = process.argv[2]!;
const server = createServer((request, response) => {
  void (async () => {
    await pipeline(request, createWriteStream(path));
    const file = await open(path, "r");
    await file.sync();
    await file.close();
    response.writeHead(204).end();
  })();
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
});
