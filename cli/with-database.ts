import { join } from "node:path";
import { startEmbedded } from "#database/embedded.ts";
import { readConfig } from "#server/config.ts";

/**
 * The database of the settings; the embedded one is started where it does not run, and stopped when nobody else uses
 * it.
 */
export async function withDatabase(work: (url: string) => Promise<void>) {
  const config = readConfig(process.env);
  if (config.database.directUrl) return work(config.database.directUrl);
  const embedded = await startEmbedded({ dataDir: join(config.dataDir, "postgres") });
  try {
    await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}
