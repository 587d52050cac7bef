/** The product as a process of its own, so that its memory can be read from outside. */
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";

const server = await startServer(readConfig(process.env));
console.log(server.url);
