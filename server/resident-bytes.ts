import { readFile } from "node:fs/promises";

/** What a process holds in memory; 0 where the system does not tell (Linux alone does, in /proc). */
export async function residentBytes(pid: number | undefined) {
  const statm = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  return Number(statm.split(" ")[1] ?? 0) * 4096;
}
