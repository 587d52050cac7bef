/**
 * What the tests need beyond npm: a browser for the journeys, Debian's own PostgreSQL 15 as a second server to prove
 * the schema on, PgBouncer, a small recogniser of real words, a reader of scans, and a compiler for pgvector. Installed
 * here where it is missing and may be installed; otherwise said by name.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { buildWebWhenStale } from "../cli/start.ts";
import { buildPgvector } from "./support/build-pgvector.ts";
import { PGVECTOR } from "./support/postgresql-15.ts";

const WANTED = [
  { package: "chromium", path: "/usr/bin/chromium" },
  { package: "postgresql-15", path: "/usr/lib/postgresql/15/bin/postgres" },
  { package: "pgbouncer", path: "/usr/sbin/pgbouncer" },
  { package: "tesseract-ocr", path: "/usr/bin/tesseract" },
  { package: "tesseract-ocr-eng", path: "/usr/share/tesseract-ocr/5/tessdata/eng.traineddata" },
  { package: "gcc", path: "/usr/bin/gcc" },
  { package: "libc6-dev", path: "/usr/include/stdio.h" },
  { package: "pocketsphinx", path: "/usr/bin/pocketsphinx_batch" },
  { package: "pocketsphinx-en-us", path: "/usr/share/pocketsphinx/model/en-us/en-us/mdef" },
];

const missing = WANTED.filter(({ path }) => !existsSync(path)).map((wanted) => wanted.package);
if (missing.length > 0) {
  const apt = spawnSync("apt-get", ["--version"]).status === 0;
  if (!apt || process.getuid?.() !== 0) {
    console.error(
      `The tests need these packages: ${missing.join(", ")}. Install them (apt-get install …) and run the tests again.`,
    );
    process.exit(1);
  }
  console.log(`Installing for the tests: ${missing.join(", ")} …`);
  const options = {
    stdio: ["ignore", "ignore", "inherit"] as ("ignore" | "inherit")[],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  execFileSync("apt-get", ["update", "-qq"], options);
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], options);
}
if (!existsSync(PGVECTOR)) {
  console.log("Building pgvector for the tests …");
  try {
    if (process.getuid?.() !== 0) throw new Error("only root may install it");
    await buildPgvector(PGVECTOR);
  } catch (error) {
    console.error(
      `pgvector could not be built, so search with it is not tested here: ${(error as Error).message}`,
    );
  }
}
await buildWebWhenStale();
