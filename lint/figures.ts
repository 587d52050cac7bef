/**
 * `npm run figures [REVISION]`: how far the contract and the floors hold, at a revision and in the working copy, as a
 * table. Product code only: server, database, web and cli without their tests; counted by the linter on a copy of the
 * files.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PRODUCT = ["server", "database", "web", "cli"];
const OFF = "off";
const RULES = {
  "import/no-cycle": ["error", { ignoreTypes: false }],
  "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
  "house/no-cast-to-never": "error",
  "house/explained-double-casts": "error",
  "house/floors": "error",
};

interface Figures {
  [name: string]: number;
}

function lintIn(folder: string): { code: string; filename: string }[] {
  const config = {
    plugins: ["import"],
    jsPlugins: [join(ROOT, "lint/house-rules.ts")],
    categories: { correctness: OFF },
    rules: RULES,
    ignorePatterns: ["**/*.test.ts", "**/*.test.tsx", "database/types.ts"],
  };
  writeFileSync(join(folder, ".oxlintrc.json"), JSON.stringify(config));
  const oxlint = join(ROOT, "node_modules/oxlint/bin/oxlint");
  try {
    return read(
      execFileSync(process.execPath, [oxlint, "--format", "json", ...PRODUCT], {
        cwd: folder,
        maxBuffer: 1 << 26,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  } catch (error) {
    return read((error as { stdout: Buffer }).stdout);
  }
}

function read(output: Buffer) {
  return JSON.parse(output.toString()).diagnostics as { code: string; filename: string }[];
}

function sourcesIn(folder: string) {
  return execFileSync("find", [...PRODUCT, "-name", "*.ts", "-o", "-name", "*.tsx"], {
    cwd: folder,
  })
    .toString()
    .trim()
    .split("\n")
    .filter((file) => !/\.test\.tsx?$|\/dist\/|^database\/types\.ts$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
}

/** Types of the page and the command line whose fields are columns: written by hand, they are copies of an answer. */
function countCopies(sources: { file: string; text: string }[]) {
  let copies = 0;
  for (const { file, text } of sources) {
    if (!/^(?:web|cli)\//.test(file)) continue;
    for (const [, body] of text.matchAll(/interface \w+(?: extends \w+)? \{\n([\s\S]*?)\n\}/g))
      if (
        /^ {2}(?:\w+_(?:at|id|bytes|seconds|message|token|offset)|status|job_type)\??:/m.test(body!)
      )
        copies += 1;
  }
  return copies;
}

/**
 * The files that a column of study materials has to be written into by hand, its schema file, its migration (two) and a
 * label in each language (two) apart; generated files and tests, too.
 */
function ofMaterials(sources: { file: string; text: string }[], column: string) {
  const rooms =
    /^(?:server\/features\/content\/study-materials\/|web\/api\/types\.ts|web\/features\/content\/(?:study-materials\/|details-dialog|queries)|cli\/upload\.ts)/;
  const named = new RegExp(`\\b${column}\\b`);
  return sources.filter(({ file, text }) => rooms.test(file) && named.test(text)).length;
}

function figuresOf(folder: string): Figures {
  const findings = lintIn(folder);
  const count = (rule: string) => findings.filter(({ code }) => code.includes(rule)).length;
  const sources = sourcesIn(folder);
  const all = (pattern: RegExp) =>
    sources.reduce((sum, { text }) => sum + (text.match(pattern)?.length ?? 0), 0);
  return {
    "casts to never": count("no-cast-to-never"),
    "double casts": all(/\bas unknown as\b/g),
    "double casts without a reason": count("explained-double-casts"),
    "imports that are part of a circle": count("no-cycle"),
    "imports against the floors": count("floors"),
    "functions over 80 lines": count("max-lines-per-function"),
    "copies of an answer's shape": countCopies(sources),
    "files that show a column of study materials (source_url)": ofMaterials(sources, "source_url"),
    "files that take, change and show one (subject)": ofMaterials(sources, "subject"),
  };
}

function copyOf(revision: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), "lm-figures-"));
  if (revision === undefined) {
    for (const part of [...PRODUCT, "package.json"])
      cpSync(join(ROOT, part), join(folder, part), {
        recursive: true,
        filter: (path) => !path.endsWith("/dist"),
      });
  } else {
    const archive = execFileSync("git", ["archive", revision, ...PRODUCT, "package.json"], {
      cwd: ROOT,
      maxBuffer: 1 << 28,
    });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function measure(revision?: string) {
  const folder = copyOf(revision);
  try {
    return figuresOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [revision = "HEAD"] = process.argv.slice(2);
const [before, now] = [measure(revision), measure()];
console.log(`| | ${revision} | working copy |\n|---|---|---|`);
for (const name of Object.keys(now)) console.log(`| ${name} | ${before[name]} | ${now[name]} |`);
