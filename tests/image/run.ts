/**
 * `npm run test:image`: what the Dockerfile makes, as folders, where no Docker is; started as the image starts it, and
 * given a document, a sound and a voice of each kind. Its packages are those of `npm ci --omit=dev` by the lock file,
 * taken from here, less what lint/prune-packages.ts leaves out.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbedded } from "#database/embedded.ts";
import { register, type Student } from "#tests/support/app.ts";
import {
  docxEntries,
  docxParagraph,
  makePdf,
  makePptx,
  makeZip,
} from "#tests/support/make-documents.ts";
import { makeOpenDocument } from "#tests/support/make-office.ts";
import { makeScan } from "#tests/support/make-scan.ts";
import { hasSharedAudio, SHARED_AUDIO, spokenFile } from "#tests/support/real-speech.ts";
import { prunePackages } from "../../lint/prune-packages.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PORT = 46_913;
const TEXT = "The stroma is the fluid that fills the chloroplast.";

const folder = await mkdtemp(join(tmpdir(), "lm-image-"));
const image = join(folder, "app");
const wrong: string[] = [];
let server: ReturnType<typeof spawn> | undefined;
let database: Awaited<ReturnType<typeof startEmbedded>> | undefined;
try {
  await layOut();
  database = await startEmbedded({ dataDir: join(folder, "postgresql"), fsync: false });
  server = start(database.url);
  await answers();
  const student = await register(`http://127.0.0.1:${PORT}`);
  await readsDocuments(student);
  await readsSound(student);
  await speaks(student);
  await findsByMeaning(student);
  await takesAlong(student);
  const page = await fetch(`http://127.0.0.1:${PORT}/`);
  note("the page", page.status === 200 && (await page.text()).includes("<script"));
} finally {
  server?.kill("SIGTERM");
  await sleep(2000);
  await database?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(wrong.length === 0 ? "Everything works." : `Wrong: ${wrong.join(", ")}`);
process.exit(wrong.length === 0 ? 0 : 1);

function note(what: string, isRight: boolean) {
  console.log(`${isRight ? "ok   " : "WRONG"} ${what}`);
  if (!isRight) wrong.push(what);
}

/** The last stage's COPY lines, and the packages. */
async function layOut() {
  const dockerfile = await readFile(join(ROOT, "Dockerfile"), "utf8");
  const last = dockerfile.split(/^FROM .*$/m).at(-1)!;
  for (const [, names] of last.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const name of names!.split(" "))
      await cp(join(ROOT, name), join(image, name), {
        recursive: true,
        filter: (path) => !path.endsWith(".test.ts"),
      });
  if (!existsSync(join(ROOT, "web/dist/index.html")))
    throw new Error("Build the page first: npx vite build.");
  await cp(join(ROOT, "web/dist"), join(image, "web/dist"), { recursive: true });
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    if (dev || !path.startsWith("node_modules/") || !existsSync(join(ROOT, path))) continue;
    await mkdir(dirname(join(image, path)), { recursive: true });
    const inner = join(ROOT, path, "node_modules");
    // Those inside are packages of their own in the lock file.
    await cp(join(ROOT, path), join(image, path), {
      recursive: true,
      filter: (file) => file !== inner,
    });
  }
  const before = await sizeOf(join(image, "node_modules"));
  const removed = prunePackages(join(image, "node_modules"));
  const after = await sizeOf(join(image, "node_modules"));
  console.log(`packages: ${before} MB, ${after} MB without ${removed} files`);
}

async function sizeOf(path: string) {
  const du = spawn("du", ["-sm", path], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const part of du.stdout) text += String(part);
  return Number.parseInt(text, 10);
}

function start(url: string) {
  return spawn(process.execPath, ["cli/lm.mjs", "start"], {
    cwd: image,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      // No folder of this machine's packages.
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(PORT),
      LM_DATA_DIR: join(folder, "data"),
      LM_LOG_LEVEL: "warn",
      LM_FFMPEG: "off",
      DATABASE_URL: url,
      LM_JWT_KEYS: `k1:${randomBytes(32).toString("base64")}`,
      LM_ENCRYPTION_KEYS: `e1:${randomBytes(32).toString("base64")}`,
    },
  });
}

async function answers() {
  for (let tries = 0; tries < 240; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/api/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(500);
  }
  throw new Error("The server does not answer.");
}

async function readsDocuments(student: Student) {
  const html = `<!doctype html><html><body><h1>Cells</h1><p>${TEXT}</p></body></html>`;
  const documents: Record<string, Buffer | string> = {
    "text.pdf": makePdf([[TEXT]]),
    "scan.pdf": makePdf([makeScan([TEXT.slice(0, 24), TEXT.slice(24)])]),
    "word.docx": makeZip(docxEntries(docxParagraph(TEXT))),
    "slides.pptx": makePptx([{ title: "Cells", text: TEXT }]),
    "open.odt": makeOpenDocument("text", `<text:p>${TEXT}</text:p>`),
    "rich.rtf": `{\\rtf1\\ansi ${TEXT}}`,
    "page.html": html,
    "table.csv": `term,meaning\nstroma,"${TEXT}"\n`,
    "latin.txt": Buffer.from(`Überall Flüssigkeit. ${TEXT}`, "latin1"),
    "notes.md": `# Cells\n\n${TEXT}`,
  };
  for (const [name, content] of Object.entries(documents)) {
    const blob = new Blob([typeof content === "string" ? content : Uint8Array.from(content)]);
    const sent = await student.upload("/study-materials", { blob, name });
    const read = await student.until<any>(`/study-materials/${sent.body.id}`, ({ status }) =>
      ["ready", "failed"].includes(status),
    );
    const text = String(read.content ?? "").replace(/\s+/g, " ");
    note(`reads ${name}`, read.status === "ready" && /stroma/.test(text));
  }
}

async function readsSound(student: Student) {
  const files = [await spokenFile(TEXT, "wav"), await spokenFile(TEXT, "mp3")];
  const formats = hasSharedAudio ? ["m4a", "mp3", "ogg", "opus", "webm"] : [];
  files.push(...formats.map((format) => join(SHARED_AUDIO, `formats/jfk.${format}`)));
  for (const file of files) {
    const sent = await student.upload("/recordings", file, { transcribe: "false" });
    const { id, duration_seconds } = sent.body.recording ?? {};
    const drawn = id
      ? await student.until<any>(`/recordings/${id}/waveform`, (waveform) => waveform !== undefined)
      : undefined;
    note(`hears ${file.slice(file.lastIndexOf("/") + 1)}`, duration_seconds > 1 && !!drawn);
  }
}

async function speaks(student: Student) {
  for (const engine of ["espeak", "flite"]) {
    const asked = await student.post("/tts", { text: TEXT, engine });
    const made = await student.until<any>(`/tts/${asked.body.id}`, ({ status }) =>
      ["ready", "failed"].includes(status),
    );
    note(`speaks by ${engine}`, made.status === "ready");
  }
}

async function findsByMeaning(student: Student) {
  // The words of the question stand in no document; the vectors are made by jobs.
  for (let tries = 0; tries < 120; tries += 1) {
    const { body } = await student.get("/search?q=liquid+inside+plants");
    if (body.items?.length > 0) return note("finds by meaning", true);
    await sleep(500);
  }
  note("finds by meaning", false);
}

async function takesAlong(student: Student) {
  await student.post("/cards", { kind: "basic", front: "Fluid?", back: "Stroma" });
  const deck = await student.post("/cards/export", { format: "apkg" });
  const cards = await student.until<any>(`/jobs/${deck.body.id}`, isEnd);
  note("exports cards", cards.status === "completed");
  const { id } = (await student.post("/account/export")).body;
  const made = await student.until<any>(`/account/exports/${id}`, isEnd);
  note("exports the account", made.status === "ready");
}

function isEnd({ status }: { status: string }) {
  return ["completed", "ready", "failed"].includes(status);
}
