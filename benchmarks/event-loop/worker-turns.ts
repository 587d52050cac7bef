/** The longest turn of a worker while it reads what students bring: others' jobs in that process wait so long. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Student } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

export interface Turn {
  operation: string;
  pattern: string;
  status: number;
  ms: number;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** By the name that a file has: the content is one pattern throughout, and begins as its kind does. */
const DOCUMENTS: Record<string, { head: string; tail: string }> = {
  "a.txt": { head: "", tail: "" },
  "a.md": { head: "# A\n\n", tail: "" },
  "a.html": { head: "<!doctype html><html><body><p>", tail: "</p></body></html>" },
  "a.csv": { head: "a,b\n", tail: "" },
  "a.ipynb": {
    head: '{"nbformat":4,"metadata":{},"cells":[{"cell_type":"markdown","metadata":{},"source":["',
    tail: '"]}]}',
  },
};

/**
 * @param before whose jobs were left by what was asked of the server: the worst inputs again, all at once.
 * @param env of the server, whose database and folder the worker uses.
 * @param patterns that a text is made of; each as long as `bytes`.
 */
export async function measureWorker(
  who: Student,
  before: Student,
  env: Record<string, string | undefined>,
  patterns: readonly string[],
  bytes: number,
): Promise<Turn[]> {
  const worker = fork(file("../../tests/kills/process.ts"), ["worker"], {
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", file("watch.ts")],
    env,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const longestTurn = async () => {
    worker.send("read");
    const [{ longest_ms }] = (await once(worker, "message")) as [{ longest_ms: number }];
    return Math.round(longest_ms);
  };
  const turns: Turn[] = [];
  const note = async (
    operation: string,
    pattern: string,
    { status }: { status: number },
    later = false,
  ) => {
    await rest(who, { later });
    const turn = { operation, pattern, status, ms: await longestTurn() };
    console.error(JSON.stringify(turn));
    turns.push(turn);
  };
  try {
    await once(worker.stdout!, "data");
    // What it took to load the product is not asked here.
    await longestTurn();
    await rest(before, { later: true });
    await note("what the requests left", "", { status: 0 });
    for (const [name, { head, tail }] of Object.entries(DOCUMENTS))
      for (const pattern of patterns) {
        const inside = name === "a.ipynb" ? JSON.stringify(pattern).slice(1, -1) : pattern;
        const text = head + inside.repeat(Math.ceil(bytes / Buffer.byteLength(inside))) + tail;
        await note(
          `read ${name}`,
          pattern,
          await who.upload("/study-materials", { blob: new Blob([text]), name }),
        );
      }
    for (const [operation, give] of Object.entries(others(who)))
      await note(operation, "", await give());
    await note("what was put off", "", { status: 0 }, true);
    return turns;
  } finally {
    worker.kill("SIGKILL");
  }
}

function others(who: Student): Record<string, () => Promise<{ status: number }>> {
  return {
    "export an account": () => who.post("/account/export"),
    "export cards": () => who.post("/cards/export", { format: "apkg" }),
    "import cards": () =>
      who.upload("/cards/import", {
        blob: new Blob(["front,back\n", "What is a cell?,The smallest unit.\n".repeat(100_000)]),
        name: "a.csv",
      }),
    "draw a waveform": () =>
      who.upload(
        "/recordings",
        { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(40_000_000)))]), name: "a.wav" },
        { transcribe: "false" },
      ),
    "suggest cards": () => who.post("/cards/suggestions", { subject: "Biology", count: 20 }),
  };
}

/**
 * Until nothing of theirs runs or could. What was put off for some seconds, as vocabulary is until no more comes, is
 * waited for at the end, once for all.
 */
async function rest(who: Student, { later = false } = {}) {
  for (;;) {
    const open = await Promise.all(
      ["pending", "processing"].map((status) => who.get(`/jobs?status=${status}&limit=100`)),
    );
    const now = new Date().toISOString();
    if (
      open.every(({ body }) =>
        body.items.every(
          (job: { status: string; run_at: string }) =>
            !later && job.status === "pending" && job.run_at > now,
        ),
      )
    )
      return;
    await sleep(100);
  }
}
