import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** After -9 of everything that watched it, the database itself is still there. */
export async function stopDatabase(dataDir: string) {
  const text = await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number(text.split("\n")[0]);
  if (!pid) return;
  try {
    process.kill(pid, "SIGQUIT"); // immediate shutdown
    for (let waited = 0; waited < 10_000; waited += 100) {
      process.kill(pid, 0);
      await sleep(100);
    }
  } catch {
    // gone
  }
}
