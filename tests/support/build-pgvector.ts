/**
 * pgvector for Debian's PostgreSQL 15, for which Debian has no package: built from Debian's source of it, with the
 * headers of Debian's server package (unpacked, since installing it brings a whole compiler of its own).
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "0.8.0";
const SOURCE = `http://deb.debian.org/debian/pool/main/p/pgvector/pgvector_${VERSION}.orig.tar.gz`;
const SHA256 = "867a2c328d4928a5a9d6f052cd3bc78c7d60228a9b914ad32aa3db88e9de27b0";
const EXTENSIONS = "/usr/share/postgresql/15/extension";

/** @param target path of the library; written last, so that what is there is whole. */
export async function buildPgvector(target: string) {
  const folder = mkdtempSync(join(tmpdir(), "lm-pgvector-"));
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  try {
    const answer = await fetch(SOURCE, { signal: AbortSignal.timeout(60_000) });
    if (!answer.ok) throw new Error(`${SOURCE}: ${answer.status}`);
    const source = Buffer.from(await answer.arrayBuffer());
    if (createHash("sha256").update(source).digest("hex") !== SHA256)
      throw new Error(`${SOURCE} is not what was expected`);
    writeFileSync(join(folder, "source.tar.gz"), source);
    run("tar", "xzf", "source.tar.gz");
    run("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", "postgresql-server-dev-15");
    const headers = readdirSync(folder).find((name) => name.endsWith(".deb"))!;
    run("dpkg-deb", "--extract", headers, "headers");
    const code = join(folder, `pgvector-${VERSION}`);
    const files = readdirSync(join(code, "src")).filter((name) => name.endsWith(".c"));
    run(
      "gcc",
      // As its Makefile, for any processor.
      ..."-shared -fPIC -O2 -ftree-vectorize -fassociative-math -fno-signed-zeros -fno-trapping-math".split(
        " ",
      ),
      `-I${join(folder, "headers/usr/include/postgresql/15/server")}`,
      ...files.map((name) => join(code, "src", name)),
      "-lm",
      "-o",
      "vector.so",
    );
    cpSync(join(code, "vector.control"), join(EXTENSIONS, "vector.control"));
    cpSync(join(code, "sql/vector.sql"), join(EXTENSIONS, `vector--${VERSION}.sql`));
    cpSync(join(folder, "vector.so"), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
