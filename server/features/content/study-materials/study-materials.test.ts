/** Documents of every kind through the door, and those that mean harm. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import {
  docxEntries,
  docxParagraph,
  makePdf,
  makePptx,
  makeZip,
} from "#tests/support/make-documents.ts";
import { makeScan } from "#tests/support/make-scan.ts";
import { isPublicAddress } from "./fetch-page.ts";

let app: TestApp;
beforeAll(
  async () =>
    void (app = await startTestApp({
      LM_MAX_DOCUMENT_BYTES: String(110 * 1024 * 1024),
      LM_WEB_NETWORKS: "127.0.0.1",
    })),
);
afterAll(() => app?.stop());

describe("documents", () => {
  it("DOCX keeps its headings", async () => {
    const { material, search } = await add(
      "bio.docx",
      makeZip(
        docxEntries(
          docxParagraph("Cells", true) +
            docxParagraph("A cell has a nucleus.") +
            docxParagraph("Plants", true) +
            docxParagraph("A plant cell has a wall."),
        ),
      ),
    );
    expect(material).toMatchObject({
      status: "ready",
      kind: "docx",
      content: "Cells\n\nA cell has a nucleus.\n\nPlants\n\nA plant cell has a wall.",
    });
    expect(material.sections.map(({ heading }: any) => heading)).toEqual(["Cells", "Plants"]);
    expect(await search("plant wall")).toMatchObject({ heading: "Plants" });
  });

  it("PPTX keeps the order of its slides, their titles and the speaker's notes", async () => {
    const { material, search } = await add(
      "talk.pptx",
      makePptx([
        { title: "Intro", text: "Welcome all." },
        {
          title: "Osmosis",
          text: "Water passes the membrane.",
          notes: "Mention the potato experiment.",
        },
      ]),
    );
    expect(material).toMatchObject({ status: "ready", kind: "pptx", page_count: 2 });
    expect(await search("potato")).toMatchObject({ page: 2, heading: "Osmosis" });
    expect(material.content).not.toMatch(/7/);
  });

  it("PDF keeps pages and headings, joins lines and divided words", async () => {
    const { material, search } = await add(
      "plants.pdf",
      makePdf([
        [
          "# Photosynthesis",
          "It takes place in the chloro-",
          "plast of the plant",
          "and needs light.",
        ],
        ["# Respiration", "It takes place in the mitochondrion."],
      ]),
    );
    expect(material.content).toContain(
      "It takes place in the chloroplast of the plant and needs light.",
    );
    expect(await search("mitochondrion")).toMatchObject({ page: 2, heading: "Respiration" });
  });

  it("a PDF with a picture page says which", async () => {
    const { material } = await add("mixed.pdf", makePdf([["Some words here."], []]));
    expect(material).toMatchObject({ status: "ready", pages_without_text: [2] });
    const { material: scan } = await add("scan.pdf", makePdf([[], []]));
    expect(scan).toMatchObject({ status: "failed", error_code: "document-without-text" });
    expect(scan.error_message).toMatch(/All 2 pages/);
  });

  it("a scan is read, says which of its pages were, and is cited by page", async () => {
    const scan = makeScan([
      "The Krebs cycle happens in the matrix",
      "of the mitochondrion and makes carbon dioxide.",
    ]);
    const { material, search } = await add("scan.pdf", makePdf([["A cover sheet."], scan, []]));
    expect(material).toMatchObject({
      status: "ready",
      page_count: 3,
      pages_recognised: [2],
      pages_without_text: [3],
    });
    expect(material.content).toContain(
      "The Krebs cycle happens in the matrix of the mitochondrion",
    );
    expect(await search("mitochondrion matrix")).toMatchObject({ page: 2 });
  });

  it("HTML leaves scripts and navigation out", async () => {
    const { material } = await add(
      "page.html",
      "<!doctype html><title>T</title><nav>Home</nav><script>evil()</script><h1>Light</h1>" +
        "<p>Light is <b>fast</b>.</p><ul><li>one<li>two</ul>",
    );
    expect(material.content).toBe("Light\n\nLight is fast.\n\n• one\n\n• two");
  });

  it("text of Windows, with its line ends", async () => {
    const { material } = await add(
      "old.txt",
      Buffer.from("Ein sch\xf6ner Satz.\r\nNoch einer.\0", "latin1").subarray(0, -1),
    );
    expect(material.content).toBe("Ein schöner Satz.\nNoch einer.");
  });

  it("the same file is recognised, and kept as it came", async () => {
    const student = await app.register();
    const bytes = makePdf([["Only once."]]);
    const first = await upload(student, "a.pdf", bytes);
    const second = await upload(student, "b.pdf", bytes);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.id).toBe(first.body.id);
    const file = await student.request(`/study-materials/${first.body.id}/file`);
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
    const other = await app.register();
    expect((await upload(other, "a.pdf", bytes)).status).toBe(201);
  });
});

describe("languages", () => {
  it.each([
    ["Chinese", "光合作用分为两个阶段。第二阶段在叶绿体基质中进行。", "叶绿体", "叶绿体"],
    [
      "Japanese",
      "光合成には二つの段階がある。第二段階はストロマで行われる。",
      "ストロマ",
      "ストロマ",
    ],
    ["Thai", "การสังเคราะห์ด้วยแสงมีสองขั้นตอน", "ขั้นตอน", "ขั้นตอน"],
    ["Arabic", "يحدث التمثيل الضوئي في البلاستيدات الخضراء.", "البلاستيدات", "البلاستيدات"],
    ["Hebrew", "הפוטוסינתזה מתרחשת בכלורופלסט.", "הפוטוסינתזה", "הפוטוסינתזה"],
    ["German", "Die Blätter der Bäume sind grün und der Himmel ist blau.", "Baum Blatt", "Blätter"],
    ["Russian", "Фотосинтез происходит в хлоропластах растений.", "хлоропласт", "хлоропластах"],
  ])("%s is found, with its place exact", async (_language, content, q, marked) => {
    const student = await app.register();
    const { body } = await student.post("/study-materials", { title: "x", content });
    const [hit] = (await student.get(`/search?q=${encodeURIComponent(q)}`)).body.items;
    expect(body.content.slice(hit.start_offset, hit.end_offset)).toBe(hit.text);
    expect(
      hit.highlights.map(({ start, end }: any) => hit.text.slice(start, end)).join(""),
    ).toContain(marked);
  });
});

describe("hostile files", () => {
  it("an executable named .pdf", async () => {
    const student = await app.register();
    const { status, body } = await upload(
      student,
      "lecture.pdf",
      readFileSync(process.execPath).subarray(0, 200_000),
    );
    expect([status, body.code]).toEqual([415, "file-type-unknown"]);
    expect(body.detail).toMatch(/ELF|not supported/);
  });

  it.each([
    [
      "a broken PDF",
      "broken.pdf",
      Buffer.from("%PDF-1.7\nnothing of a PDF"),
      "document-unreadable",
    ],
    [
      "a PDF with a password",
      "secret.pdf",
      makePdf([["Secret."]], { encrypt: true }),
      "document-password",
    ],
    [
      "a zip bomb as DOCX",
      "bomb.docx",
      makeZip(docxEntries(`<w:p>${" ".repeat(200 * 1024 * 1024)}</w:p>`)),
      "document-unreadable",
    ],
    [
      "a zip bomb that lies about its size",
      "liar.docx",
      makeZip(
        docxEntries("").map((entry) =>
          entry.name === "word/document.xml"
            ? { ...entry, content: Buffer.alloc(200 * 1024 * 1024, 32), claimed: 100 }
            : entry,
        ),
      ),
      "document-unreadable",
    ],
    [
      "XML nested a hundred thousand deep",
      "deep.docx",
      makeZip(docxEntries("<w:p>".repeat(100_000))),
      "document-unreadable",
    ],
    [
      "a PDF whose font maps to nothing",
      "font.pdf",
      makePdf([["\x01\x02\x03\x04"]], {
        font:
          "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts " +
          "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry " +
          "(Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>",
      }),
      "document-without-text",
    ],
    [
      "a hundred megabytes of one line",
      "line.txt",
      Buffer.alloc(100 * 1024 * 1024, "word "),
      "file-too-large",
    ],
  ])("%s ends with its reason", async (_name, filename, bytes, code) => {
    const { material } = await add(filename, bytes);
    expect(material).toMatchObject({ status: "failed", error_code: code });
    expect(material.error_message.length).toBeGreaterThan(20);
  });

  it("a line of two megabytes without a space is cut and found", async () => {
    const { material, search } = await add(
      "line.txt",
      `${"x".repeat(1_000_000)} needle ${"😀".repeat(250_000)}`,
    );
    expect(material.status).toBe("ready");
    expect((await search("needle")).text).toContain("needle");
  });

  it("a PDF of 5,000 pages is read with its pages", async () => {
    const { material, search } = await add(
      "long.pdf",
      makePdf(Array.from({ length: 5000 }, (_, i) => [`Page ${i + 1} speaks of subject${i + 1}.`])),
    );
    expect(material).toMatchObject({ status: "ready", page_count: 5000 });
    expect(await search("subject4321")).toMatchObject({ page: 4321 });
  });
});

describe("web addresses", () => {
  let pages: Server;
  let url: string;
  beforeAll(async () => {
    pages = createServer((request, response) => {
      if (request.url === "/moved")
        return void response.writeHead(302, { location: "/page" }).end();
      if (request.url === "/inside")
        return void response.writeHead(302, { location: "http://10.0.0.1/" }).end();
      if (request.url === "/circle")
        return void response.writeHead(302, { location: "/circle" }).end();
      if (request.url === "/gone") return void response.writeHead(404).end();
      if (request.url === "/film")
        return void response.writeHead(200, { "content-type": "video/mp4" }).end("x");
      if (request.url === "/bomb")
        return void response
          .writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" })
          .end(gzipSync(Buffer.alloc(200 * 1024 * 1024)));
      response
        .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-encoding": "gzip" })
        .end(gzipSync("<title>On moss</title><p>Moss grows on the north side.</p>"));
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  });
  afterAll(() => void pages.close());

  const fetched = async (student: Student, address: string) => {
    const { status, body } = await student.post("/study-materials", { url: address });
    expect(status).toBe(201);
    return ended(student, body.id);
  };

  it("become a material, redirects followed", async () => {
    const student = await app.register();
    expect(await fetched(student, `${url}/moved#top`)).toMatchObject({
      status: "ready",
      kind: "web",
      title: "On moss",
      content: "Moss grows on the north side.",
      source_url: `${url}/moved`,
    });
    const file = await student.request(
      `/study-materials/${(await student.get("/study-materials")).body.items[0].id}/file`,
    );
    expect(file.headers.get("content-type")).toMatch(/text\/plain/);
  });

  it.each([
    ["/inside", "address-not-allowed"],
    ["/circle", "address-unreachable"],
    ["/gone", "address-unreachable"],
    ["/film", "file-type-unknown"],
    ["/bomb", "file-too-large"],
  ])("%s: %s", async (path, code) => {
    const student = await app.register();
    expect(await fetched(student, url + path)).toMatchObject({
      status: "failed",
      error_code: code,
    });
  });

  it.each([
    "http://10.1.2.3/",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://0x7f.2/",
    "http://[::ffff:10.0.0.1]/",
    "http://[fd00::1]/",
  ])("%s is not fetched", async (address) => {
    const student = await app.register();
    expect(await fetched(student, address)).toMatchObject({
      status: "failed",
      error_code: "address-not-allowed",
    });
  });

  it("no other scheme, no password", async () => {
    const student = await app.register();
    for (const address of [
      "file:///etc/passwd",
      "gopher://x/",
      "nothing",
      "https://user:secret@example.org/",
    ]) {
      expect((await student.post("/study-materials", { url: address })).status).toBe(422);
    }
  });

  it("knows public addresses", () => {
    expect(["8.8.8.8", "2606:4700::1111"].filter((one) => !isPublicAddress(one))).toEqual([]);
    expect(
      [
        "127.0.0.1",
        "100.64.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "::",
        "fe80::1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
      ].filter(isPublicAddress),
    ).toEqual([]);
  });
});

function upload(student: Student, name: string, content: string | Buffer) {
  return student.upload("/study-materials", { blob: new Blob([content as BlobPart]), name });
}

function ended(student: Student, id: string) {
  return student.until<any>(
    `/study-materials/${id}`,
    ({ status }) => status === "ready" || status === "failed",
  );
}

async function add(name: string, content: string | Buffer) {
  const student = await app.register();
  const { status, body } = await upload(student, name, content);
  expect(status).toBe(201);
  const search = async (q: string) =>
    (await student.get(`/search?q=${encodeURIComponent(q)}`)).body.items[0];
  return { student, search, material: await ended(student, body.id) };
}

describe("pictures", () => {
  const lines = [
    "Osmosis moves water through a membrane.",
    "It needs no energy of the cell at all.",
  ];

  /** A scan as it was taken by somebody who held the camera otherwise. */
  async function turned(degrees: number) {
    const { jpeg, width, height } = makeScan(lines);
    const canvas = createCanvas(1400, 1400);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "white";
    paper.fillRect(0, 0, 1400, 1400);
    paper.translate(700, 700);
    paper.rotate((degrees * Math.PI) / 180);
    paper.drawImage(await loadImage(jpeg), -width / 2, -height / 2);
    return canvas.toBuffer("image/webp", 90);
  }

  /** EXIF says that the camera was held upright (orientation 6), as phones do it. */
  function withOrientation(jpeg: Buffer) {
    const exif = Buffer.from("45786966000049492a00080000000100120103000100000006000000", "hex");
    const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 6]);
    return Buffer.concat([jpeg.subarray(0, 2), marker, exif, Buffer.alloc(4), jpeg.subarray(2)]);
  }

  it("are read, and say where each word stands", async () => {
    const { jpeg } = makeScan(lines);
    const { material, search } = await add("board.jpg", jpeg);
    expect(material).toMatchObject({ status: "ready", kind: "image", mime_type: "image/jpeg" });
    expect(material.content).toBe(lines.join("\n"));
    const [section] = material.sections;
    const [start, end, x, y, width, height] = section.words[0];
    expect(material.content.slice(start, end)).toBe("Osmosis");
    // Drawn at 60 of 874 points, its line 120 of 1240 from the top.
    expect(x).toBeCloseTo(60 / 874, 1);
    expect(y + height).toBeCloseTo(120 / 1240, 1);
    expect(width).toBeGreaterThan(0.05);
    expect(await search("membrane")).toMatchObject({ source: { id: material.id } });
  });

  it("are read in their language, which their words tell, or the student", async () => {
    const german = ["Die Wärme ist für die Größe", "der Körper nicht zu schätzen."];
    const { material, student } = await add("tafel.jpg", makeScan(german).jpeg);
    expect(material).toMatchObject({ content: german.join("\n"), language: "de" });
    const inLanguage = async (language: string | null) => {
      const path = `/study-materials/${material.id}`;
      expect((await student.patch(path, { language })).body.status).toBe("pending");
      return (await student.until(path, ({ status }) => status === "ready")).content;
    };
    expect(await inLanguage("en")).not.toContain("für die Größe");
    expect(await inLanguage("de")).toBe(german.join("\n"));
    const { picture_languages } = (await student.get("/limits")).body;
    expect(picture_languages).toEqual(expect.arrayContaining(["en", "de", "fr", "es"]));
  });

  it.each([
    ["leaning", 5],
    ["on their side", 90],
  ])("are read though they are %s, with the words where they are seen", async (_how, degrees) => {
    const { material } = await add(`${degrees}.webp`, await turned(degrees));
    expect(material.content.replaceAll(/\s+/g, " ")).toContain(lines[0]);
    const at = (word: string) => {
      const start = material.content.indexOf(word);
      return material.sections[0].words.find((box: number[]) => box[0] === start);
    };
    const [first, last] = [at("Osmosis"), at("membrane")];
    const [dx, dy] = [last[2] - first[2], last[3] - first[3]];
    expect(Math.atan2(dy, dx) * (180 / Math.PI)).toBeCloseTo(degrees, -1.3);
  });

  it("are upright by what the camera said, and HEIC is kept as JPEG", async () => {
    const side = createCanvas(1240, 874);
    const paper = side.getContext("2d");
    const { jpeg, width, height } = makeScan(lines);
    paper.translate(620, 437);
    paper.rotate(-Math.PI / 2);
    paper.drawImage(await loadImage(jpeg), -width / 2, -height / 2);
    const upright = await add("phone.jpg", withOrientation(side.toBuffer("image/jpeg", 92)));
    expect(upright.material.content).toBe(lines.join("\n"));
    const heic = await add("board.heic", readFileSync("tests/support/board.heic"));
    expect(heic.material).toMatchObject({
      kind: "image",
      mime_type: "image/jpeg",
      original_filename: "board.jpg",
      content: expect.stringMatching(/^Osmosis moves water\s+through a membrane\.$/),
    });
    const shown = await heic.student.request(`/study-materials/${heic.material.id}/file`);
    expect(shown.headers.get("content-type")).toBe("image/jpeg");
    expect(shown.headers.get("content-security-policy")).toContain("sandbox");
    expect((await loadImage(Buffer.from(await shown.arrayBuffer()))).width).toBe(640);
  });

  it("without words are shown all the same; damaged ones say so", async () => {
    const canvas = createCanvas(300, 200);
    canvas.getContext("2d").fillRect(50, 50, 100, 80);
    const drawing = await add("drawing.png", canvas.toBuffer("image/png"));
    expect(drawing.material).toMatchObject({ status: "ready", content: "", sections: [] });
    const broken = await add("broken.png", canvas.toBuffer("image/png").subarray(0, 60));
    expect(broken.material).toMatchObject({ status: "failed", error_code: "document-unreadable" });
  });
});
