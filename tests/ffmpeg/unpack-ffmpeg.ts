/**
 * Debian's ffmpeg with its libraries, unpacked into a folder and installed nowhere: 50 MB to fetch, and nothing else
 * sees it.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join, resolve } from "node:path";

const LIBRARIES = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" } as Record<string, string>;

/** @returns the path of a command that runs it. */
export function unpackFfmpeg(folder = resolve("node_modules/.cache/ffmpeg")): string {
  const command = join(folder, "ffmpeg");
  if (existsSync(command)) return command;
  const fetched = join(folder, "packages");
  const root = join(folder, "root");
  mkdirSync(fetched, { recursive: true });
  mkdirSync(root, { recursive: true });
  const plan = execFileSync("apt-get", ["install", "-s", "--no-install-recommends", "ffmpeg"], {
    encoding: "utf8",
  });
  const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  if (packages.length === 0) return "/usr/bin/ffmpeg";
  execFileSync("apt-get", ["download", "-qq", ...packages], {
    cwd: fetched,
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (const each of readdirSync(fetched)) execFileSync("dpkg", ["-x", join(fetched, each), root]);
  const libraries = join(root, "usr/lib", LIBRARIES[arch()] ?? "");
  const path = ["", "blas", "lapack", "pulseaudio"].map((each) => join(libraries, each)).join(":");
  const unfinished = `${command}.new`;
  writeFileSync(
    unfinished,
    `#!/bin/sh\nLD_LIBRARY_PATH=${path} exec ${join(root, "usr/bin/ffmpeg")} "$@"\n`,
  );
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, command);
  return command;
}
