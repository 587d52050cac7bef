/**
 * Every document of ../shared/inputs, where that folder is, through the door; expected.json and the README there say
 * what is right.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

interface Expected {
  file: string;
  as: string;
  why: string;
  content_type?: string;
  must?: string[];
  any?: string[][];
  must_not?: string[];
  once?: string[];
  same_line?: string[][];
  exact?: string;
  finds?: string[];
  title?: string;
  or_says?: string[];
  status_any?: string[];
  must_fail?: boolean;
}

const FOLDER = fileURLToPath(new URL("../../../../../shared/inputs/", import.meta.url));
const KINDS = ["html", "docx", "pptx", "pdf", "text"];
const expected: Expected[] = existsSync(FOLDER)
  ? (JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8")) as Expected[]).filter(
      ({ file }) => KINDS.includes(file.split("/")[0]!),
    )
  : [];

describe.runIf(expected.length > 0)("documents that people have", () => {
  let app: TestApp;
  let pages: Server;
  beforeAll(async () => {
    app = await startTestApp({ LM_WEB_NETWORKS: "127.0.0.1" });
    pages = createServer((request, response) => {
      const entry = expected.find(({ file }) => `/${file}` === request.url)!;
      response.writeHead(200, { "content-type": entry.content_type ?? "text/html" });
      response.end(readFileSync(join(FOLDER, entry.file)));
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    pages?.close();
    await app?.stop();
  });

  it.each(expected.map((entry) => [entry.file, entry] as const))("%s", async (_file, entry) => {
    const student = await app.register();
    const { status, body } = await send(student, entry);
    if (status >= 400) {
      expect([body.detail, entry.or_says]).toEqual([
        expect.toSatisfy(says(entry.or_says)),
        entry.or_says,
      ]);
      return;
    }
    const material = await student.until<any>(`/study-materials/${body.id}`, (one) =>
      ["ready", "failed"].includes(one.status),
    );
    if (entry.must_fail) return expect(material.status).toBe("failed");
    if (material.status === "failed" && entry.or_says) {
      return expect(material.error_message).toSatisfy(says(entry.or_says));
    }
    check(material, entry);
    for (const q of entry.finds ?? []) {
      const { items } = (await student.get(`/search?q=${encodeURIComponent(q)}`)).body;
      expect([q, items.map((item: any) => item.source.id)]).toEqual([q, [material.id]]);
    }
  });

  async function send(student: Student, { file, as }: Expected) {
    if (as === "page") {
      const { port } = pages.address() as AddressInfo;
      return student.post("/study-materials", { url: `http://127.0.0.1:${port}/${file}` });
    }
    return student.upload("/study-materials", join(FOLDER, file));
  }
});

function says(names: string[] | undefined) {
  return (sentence: string) => (names ?? []).some((name) => sentence.includes(name));
}

function check(material: any, entry: Expected) {
  if (entry.status_any) {
    expect(
      material.status === "failed" ||
        material.pages_without_text.length > 0 ||
        material.pages_recognised.length > 0,
    ).toBe(true);
  } else expect([material.status, material.error_message]).toEqual(["ready", null]);
  const text = flat(material.content);
  const bare = text.replaceAll(" ", "");
  let at = 0;
  for (const piece of entry.must ?? []) {
    const found = text.indexOf(flat(piece), at);
    expect(found < 0 ? `${piece} is not in (or not in order): ${text}` : "").toBe("");
    at = found + flat(piece).length;
  }
  for (const group of entry.any ?? [])
    expect(
      group.some((one) => bare.includes(flat(one).replaceAll(" ", ""))) ||
        `${group.join(" / ")} in: ${text}`,
    ).toBe(true);
  for (const piece of entry.must_not ?? []) expect(text).not.toContain(flat(piece));
  for (const piece of entry.once ?? []) expect(text.split(flat(piece)).length - 1).toBe(1);
  for (const pieces of entry.same_line ?? [])
    expect(
      material.content.split("\n").some((line: string) => inOrder(flat(line), pieces.map(flat))) ||
        `${pieces.join(" … ")} in one line of: ${material.content}`,
    ).toBe(true);
  if (entry.exact !== undefined) expect(text).toBe(flat(entry.exact));
  if (entry.title !== undefined) expect(material.title).toBe(entry.title);
}

function inOrder(line: string, pieces: string[]) {
  let at = 0;
  return pieces.every((piece) => {
    const found = line.indexOf(piece, at);
    at = found + piece.length;
    return found >= 0;
  });
}

function flat(text: string) {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}
