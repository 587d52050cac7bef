import pg from "pg";

/**
 * A connection of one's own, beside the pool; whoever opens it ends it. When it is lost, what was asked and what is
 * asked next rejects: without a listener the loss itself would end the process.
 */
export async function connect(url: string, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ ...options, connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}
