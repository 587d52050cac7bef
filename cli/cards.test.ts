/** `lm cards` and `lm review` as a person runs them, each its own process. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";
import { ENGINES } from "#tests/support/engines.ts";

const LM = fileURLToPath(new URL("lm.mjs", import.meta.url));
const NOTE =
  "Photosynthesis is the process by which plants turn light into chemical energy. The Calvin " +
  "cycle takes place in the stroma. Melvin Calvin described the cycle in 1950. Chlorophyll " +
  "absorbs red and blue light.";

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ LM_STT_ENGINE: "none" });
  folder = await mkdtemp(join(tmpdir(), "lm-cli-cards-"));
  expect((await lm(["login", "cards@example.org", "--register"])).code).toBe(0);
});
afterAll(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** @param typed what the person types, line by line. */
async function lm(words: string[], typed = "") {
  const child = spawn(process.execPath, [LM, ...words], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      ...ENGINES,
      HOME: folder,
      LM_SERVER: app.url,
      LM_PASSWORD: PASSWORD,
    },
  });
  child.stdin.end(typed);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { stdout, stderr, code };
}
const json = async (...words: string[]) => {
  const { stdout, stderr, code } = await lm(["--json", ...words]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

it("adds, lists, finds, and tells a double", async () => {
  const made = await json("cards", "add", "2 + 2", "4", "--subject", "Sums", "--tag", "easy");
  expect(made).toMatchObject({ front: "2 + 2", back: "4", subject: "Sums", tags: ["easy"] });
  expect((await lm(["cards", "add", "2 + 2", "four"])).stdout).toContain(
    "There is a card with this front already",
  );
  const listed = (await lm(["cards"])).stdout;
  expect(listed).toContain("2 + 2  =>  4");
  expect(listed).toContain("new");
  expect(await json("cards", "list", "--subject", "Sums", "--due")).toHaveLength(1);
  expect(await json("cards", "list", "--query", "nowhere")).toEqual([]);
  const refused = await lm(["cards", "add", "", "x"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).not.toBe("");
});

it("reviews: shows, rates, takes back, ends", async () => {
  await json("cards", "add", "Capital of France?", "Paris", "--subject", "Cities");
  const { stdout, stderr, code } = await lm(
    ["--json", "review", "--subject", "Cities"],
    // The answer; no rating; the answer again; good.
    "\n7\n\n3\nq\n",
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("Capital of France?");
  expect(stderr).toContain("Paris");
  expect(stderr).toMatch(/1 again \(\d+ min\).*3 good/);
  expect(JSON.parse(stdout)).toEqual({ reviewed: 1 });
  const [card] = await json("cards", "list", "--subject", "Cities");
  expect(card.state).not.toBe("new");

  await json("cards", "add", "A?", "a", "--subject", "Undo");
  await json("cards", "add", "B?", "b", "--subject", "Undo");
  // Rates one, takes it back at the next card, ends.
  const undone = await lm(["--json", "review", "--subject", "Undo"], "\n4\n\nu\nq\n");
  expect(JSON.parse(undone.stdout)).toEqual({ reviewed: 0 });
  for (const { state } of await json("cards", "list", "--subject", "Undo"))
    expect(state).toBe("new");
});

it("suggests from a text, shows what is kept in its review with its words", async () => {
  const { body: account } = await login();
  const material = await fetch(`${app.url}/api/study-materials`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${account.access_token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ title: "Plants", content: NOTE, subject: "Biology" }),
  });
  const { id } = (await material.json()) as { id: string };
  const suggested = await json("cards", "suggest", "--material", id, "--count", "3", "--keep");
  expect(suggested.items.length).toBeGreaterThan(0);
  expect(await json("cards", "list", "--subject", "Biology")).toHaveLength(suggested.items.length);
  const { stderr } = await lm(["review", "--subject", "Biology"], "\nq\n");
  expect(stderr).toContain("(Plants)");
});

it("exports and imports, and counts first", async () => {
  const file = join(folder, "deck.apkg");
  expect((await lm(["cards", "export", "-o", file])).code).toBe(0);
  expect((await stat(file)).size).toBeGreaterThan(1000);
  const counted = await lm(["cards", "import", file, "--dry-run"]);
  expect(counted.stdout).toMatch(/cards: \d+/);
  expect(counted.stdout).toContain("new: 0");
  const table = join(folder, "deck.csv");
  await lm(["cards", "export", "--format", "csv", "-o", table]);
  expect(await readFile(table, "utf8")).toContain("Capital of France?");
  const missing = await lm(["cards", "import", join(folder, "nowhere.apkg")]);
  expect(missing.code).toBe(1);
});

async function login() {
  const answer = await fetch(`${app.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "cards@example.org", password: PASSWORD }),
  });
  return { body: (await answer.json()) as { access_token: string } };
}
