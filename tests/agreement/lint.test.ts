/**
 * What the linter is there to refuse, planted: an import against each direction, circles, casts that hide a mistake.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OXLINT = join(ROOT, "node_modules/oxlint/bin/oxlint");

/** Files of every floor that others may be tempted by. */
const THERE: Record<string, string> = {
  "server/config.ts": "",
  "server/main.ts": "",
  "server/http/router.ts": "",
  "server/worker/worker.ts": "",
  "server/features/search/shapes.ts": "",
  "server/features/search/deep/queries.ts": "",
  "server/providers/stt/contract.ts": "",
  "server/providers/stt/sherpa.ts": "",
  "database/open.ts": "",
  "web/api/client.ts": "",
  "cli/client.ts": "",
  "tests/support/app.ts": "",
};

/** Where it is planted, what, and the rule that must say so. */
const REFUSED: [string, string, string][] = [
  ["server/planted.ts", 'import { x } from "#server/features/search/deep/queries.ts";', "floors"],
  ["server/planted-2.ts", 'import type { X } from "#server/http/router.ts";', "floors"],
  ["server/planted-3.ts", 'import { x } from "#server/providers/stt/sherpa.ts";', "floors"],
  [
    "server/providers/stt/planted.ts",
    'import { x } from "#server/features/search/deep/queries.ts";',
    "floors",
  ],
  [
    "server/providers/stt/planted-2.ts",
    'import { x } from "../../features/search/deep/queries.ts";',
    "floors",
  ],
  [
    "server/providers/stt/planted-3.ts",
    'import type { X } from "#server/http/router.ts";',
    "floors",
  ],
  ["server/providers/stt/deep/planted.ts", 'export * from "#server/worker/worker.ts";', "floors"],
  [
    "server/providers/tts/planted.ts",
    'export type X = import("#server/features/search/shapes.ts").X;',
    "floors",
  ],
  [
    "server/providers/tts/planted-2.ts",
    'export const x = await import("#server/main.ts");',
    "floors",
  ],
  [
    "server/http/planted.ts",
    'import { x } from "#server/features/search/deep/queries.ts";',
    "floors",
  ],
  ["server/http/planted-2.ts", 'import { x } from "#server/worker/worker.ts";', "floors"],
  ["server/features/jobs/planted.ts", 'import { x } from "#server/worker/worker.ts";', "floors"],
  [
    "server/features/jobs/planted-2.ts",
    'import { x } from "#server/providers/stt/sherpa.ts";',
    "floors",
  ],
  ["server/features/jobs/planted-3.ts", 'import { x } from "#server/main.ts";', "floors"],
  ["server/features/jobs/planted-4.ts", 'import { x } from "../search/deep/queries.ts";', "floors"],
  ["server/worker/planted.ts", 'import { x } from "#server/http/router.ts";', "floors"],
  ["database/planted.ts", 'import type { X } from "#server/config.ts";', "floors"],
  ["web/planted.ts", 'import { x } from "#server/features/search/deep/queries.ts";', "floors"],
  ["web/planted-2.ts", 'import { x } from "#database/open.ts";', "floors"],
  ["cli/planted.ts", 'import { x } from "#server/features/search/deep/queries.ts";', "floors"],
  ["cli/planted-2.ts", 'import { x } from "#server/http/router.ts";', "floors"],
  ["server/features/jobs/planted-5.ts", 'import { x } from "#tests/support/app.ts";', "floors"],
  [
    "server/features/jobs/ring-a.ts",
    'import type { B } from "./ring-b.ts";\nexport type A = B;',
    "no-cycle",
  ],
  [
    "server/features/jobs/ring-b.ts",
    'import type { A } from "./ring-a.ts";\nexport type B = A;',
    "no-cycle",
  ],
  [
    "server/features/jobs/far-a.ts",
    'import type { B } from "#server/features/search/far-b.ts";\nexport type A = B;',
    "no-cycle",
  ],
  [
    "server/features/search/far-b.ts",
    'import type { A } from "#server/features/jobs/far-a.ts";\nexport type B = A;',
    "no-cycle",
  ],
  [
    "server/features/jobs/cast.ts",
    "export const x = (y: string) => y as never;",
    "no-cast-to-never",
  ],
  [
    "server/features/jobs/double.ts",
    "export const x = (y: string) => y as unknown as number;",
    "explained-double-casts",
  ],
  [
    "server/features/jobs/planted-routes.ts",
    "export const x = (database: any) => database.transaction().execute(() => 1);",
    "no-transaction-in-routes",
  ],
  ["server/features/jobs/hook.ts", "export function useInvitation() {}", "use-is-for-hooks"],
  ["web/answer.ts", "export const x = (get: any) => get<{ id: string }>(1);", "named-answers"],
  [
    "cli/answer.ts",
    "export const x = async (y: Response) => (await y.json()) as { id: string };",
    "named-answers",
  ],
  [
    "server/features/jobs/long.ts",
    `export function long() {\n${"  console.log(1);\n".repeat(81)}}`,
    "max-lines-per-function",
  ],
];

const ALLOWED: [string, string][] = [
  ["server/http/good.ts", 'import { x } from "#server/config.ts";\nexport const y = x;'],
  [
    "server/features/jobs/good.ts",
    'import { x } from "#server/features/search/deep/queries.ts";\nimport { z } from ' +
      '"#server/providers/stt/contract.ts";\nexport const y = [x, z];',
  ],
  [
    "server/worker/good.ts",
    'import { x } from "#server/features/search/deep/queries.ts";\nexport const y = x;',
  ],
  [
    "web/good.ts",
    'import type { X } from "#server/features/search/deep/queries.ts";\nimport { x } from ' +
      '"#server/features/search/shapes.ts";\nexport const y: X = x;',
  ],
  [
    "cli/good.ts",
    'import type { X } from "#server/http/router.ts";\nimport { x } from "#server/main.ts";\nexport const y: X = x;',
  ],
  [
    "server/features/jobs/explained.ts",
    "// The database keeps it as a number.\nexport const x = (y: string) => y as unknown as number;",
  ],
];

let folder: string;
let found: Map<string, string[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-lint-"));
  await cp(join(ROOT, "lint"), join(folder, "lint"), { recursive: true });
  for (const file of [".oxlintrc.json", "package.json"])
    await cp(join(ROOT, file), join(folder, file));
  const files = [...Object.entries(THERE), ...REFUSED, ...ALLOWED];
  for (const [path, text] of files) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(
      join(folder, path),
      `${text || "export const x = 1;\nexport type X = unknown;"}\n`,
    );
  }
  const { stdout } = await promisify(execFile)(process.execPath, [OXLINT, "--format", "json"], {
    cwd: folder,
    maxBuffer: 1 << 24,
  }).catch((error: { stdout: string }) => error);
  found = Map.groupBy(
    JSON.parse(stdout).diagnostics as { filename: string; code: string }[],
    ({ filename }) => filename,
  ) as never;
  found = new Map([...found].map(([name, all]) => [name, all.map(({ code }: any) => code)]));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(REFUSED)("%s: %s", (path, _text, rule) => {
  expect(found.get(path)?.join(" ") ?? "nothing").toContain(rule);
});

it.each(ALLOWED)("allows %s", (path) => {
  expect(found.get(path) ?? []).toEqual([]);
});
