/** What people's pages and PDFs are made of: each kind of thing once, small, through the door. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makePdf, makeRawPdf, placed } from "#tests/support/make-documents.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ LM_WEB_NETWORKS: "127.0.0.1" })));
afterAll(() => app?.stop());

async function read(name: string, content: string | Buffer) {
  const student = await app.register();
  const { body } = await student.upload("/study-materials", {
    blob: new Blob([content as BlobPart]),
    name,
  });
  return student.until<any>(`/study-materials/${body.id}`, (one) =>
    ["ready", "failed"].includes(one.status),
  );
}

describe("pages", () => {
  it.each([
    [
      "what stands in a sentence cuts none",
      "<p>A <x-word>new</x-word> <kbd>key</kbd><wbr>board<svg><title>no</title><text>label</text></svg> here.",
      "A new keyboard here.\n\nlabel",
    ],
    [
      "numbers of lists, nested and begun later",
      '<ol start="3"><li>three<ul><li>inside</ul><li value="7"><p>seven</p></ol>',
      "3. three\n\n• inside\n\n7. seven",
    ],
    [
      "cells that span rows are said in each; a table in a cell stays in its row",
      '<table><tr><th rowspan="2">Mo<td>8<td><table><tr><td>Bio<td>lab</table><tr><td>10<td>Chem</table>',
      "Mo | 8 | Bio lab\nMo | 10 | Chem",
    ],
    [
      "a table for looks is read as text",
      "<table><tr><td><h2>Cells</h2><p>Long text.</p><td><p>Aside.</p></table>",
      "Cells\n\nLong text.\n\nAside.",
    ],
    [
      "formulas of KaTeX once, by their source",
      '<p>Mass <span class="katex"><span class="katex-mathml"><math><semantics><mrow>' +
        '<mi>m</mi></mrow><annotation encoding="application/x-tex">m_0</annotation></semantics>' +
        '</math></span><span class="katex-html" aria-hidden="true"><span>m</span>0</span>' +
        "</span> rests.",
      "Mass m_0 rests.",
    ],
    [
      "formulas of MathJax and of Wikipedia once",
      '<p>A <span class="MathJax_Preview">x</span><script type="math/tex">x^2</script> and ' +
        '<span class="mwe-math-element"><span style="display: none;"><math ' +
        'alttext="{\\displaystyle y^{3}}"><mi>y</mi></math></span><img ' +
        'class="mwe-math-fallback-image-inline" alt="{\\displaystyle y^{3}}"></span>.',
      "A x^2 and y^{3}.",
    ],
    [
      "MathML without a source",
      "<p>So <math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><msqrt><mn>2</mn></msqrt></mfrac></math>.",
      "So (a+b)/√2.",
    ],
    [
      "high numbers are no digits of the base",
      "<p>10<sup>-3</sup> m, H<sub>2</sub>O, the 1<sup>st</sup>",
      "10⁻³ m, H2O, the 1st",
    ],
    [
      "readings leave the word whole",
      "<p><ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</rt></ruby>へ",
      "東京へ",
    ],
    [
      "what is hidden is not read",
      '<p>Seen<span hidden> not</span><span style="display:none"> nor</span>.<dialog>closed</dialog>',
      "Seen.",
    ],
    ["lines of code and of verse stay", "<pre>a\n  b</pre><p>one<br>two", "a\n  b\n\none\ntwo"],
  ])("%s", async (_name, html, content) => {
    expect((await read("a.html", `<!doctype html><meta charset=utf-8>${html}`)).content).toBe(
      content,
    );
  });

  it("nested deeper than any browser shows: said so; half a million pieces: read", async () => {
    const deep = await read("deep.html", "<div>".repeat(200_000));
    expect(deep).toMatchObject({ status: "failed", error_code: "document-unreadable" });
    expect(deep.error_message).toMatch(/nested deeper/);
    const { content } = await read("long.html", `<p>${"a<br>".repeat(250_000)}needle`);
    expect(content.endsWith("needle")).toBe(true);
  });

  it("XHTML whose elements are closed in one tag, without a declaration", async () => {
    const { content, title } = await read(
      "a.html",
      '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title><script src="x.js"/>' +
        '</head><body><a id="top"/><p>Read&nbsp;me.</p></body></html>',
    );
    expect([content, title]).toEqual(["Read me.", "a"]);
  });

  it("a saved page with frames, in base64 and in another encoding", async () => {
    const frame = Buffer.from("\xcc\xe0\xe3\xec\xe0", "latin1").toString("base64");
    const page = [
      "From: <Saved>",
      "MIME-Version: 1.0",
      'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary=B',
      "",
      "--B",
      "Content-Type: text/html; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "<title>T</title><p>Gr=C3=B6=\r\n=C3=9Fe und =\r\nMasse",
      "--B",
      'Content-Type: text/html; charset="windows-1251"',
      "Content-Transfer-Encoding: base64",
      "",
      frame,
      "--B--",
    ].join("\r\n");
    expect((await read("a.mht", page)).content).toBe("Größe und Masse\n\nМагма");
  });

  describe("of the web", () => {
    let pages: Server;
    let page: { type: string; body: string };
    beforeAll(async () => {
      pages = createServer((_, response) =>
        response.writeHead(200, { "content-type": page.type }).end(page.body),
      );
      await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => void pages.close());
    const fetched = async (given: typeof page) => {
      page = given;
      const student = await app.register();
      const url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/a`;
      const { body } = await student.post("/study-materials", { url });
      return student.until<any>(`/study-materials/${body.id}`, (one) =>
        ["ready", "failed"].includes(one.status),
      );
    };

    it("are read without what their site puts around the text", async () => {
      const text =
        "Moss grows on the north side of trees, where little light falls and water stays. ";
      const { content, title } = await fetched({
        type: "text/html",
        body:
          `<title>Moss</title><div class="sidebar"><ul><li><a href="/x">Other news</a></ul>` +
          `</div><article><h1>Moss</h1><p>${text.repeat(6)}</p><p>It is <math><mi>x</mi>` +
          `</math> old. ${text.repeat(6)}</p></article><div class="footer">Imprint</div>`,
      });
      expect(title).toBe("Moss");
      expect(content).toContain("It is x old. Moss grows");
      expect(content).not.toMatch(/Other news|Imprint/);
    });

    it("are read as a whole where no part stands out; a document is a document", async () => {
      const links = Array.from(
        { length: 80 },
        (_, i) => `<li><a href="/${i}">Word number ${i}</a>`,
      );
      const list = await fetched({ type: "text/html", body: `<ul>${links.join("")}</ul>` });
      expect(list.content).toContain("Word number 79");
      const table = await fetched({ type: "text/csv; charset=utf-8", body: "a;b\nc;d" });
      expect(table.content).toBe("a | b\nc | d");
    });
  });
});

describe("PDF", () => {
  const line = (y: number, ...cells: [number, string][]) =>
    cells.map(([x, text]) => placed(x, y, text)).join("");
  it.each([
    [
      "a heading over two columns, a line below them",
      placed(60, 780, "Over both of the columns", 16) +
        Array.from({ length: 4 }, (_, i) =>
          line(
            740 - i * 14,
            [60, "left column words that run on"],
            [320, "right column text that goes on"],
          ),
        ).join("") +
        placed(60, 640, "A line below that goes over both of the columns again."),
      "Over both of the columns\n\nleft column words that run on left column words that run " +
        "on left column words that run on left column words that run on right column text that " +
        "goes on right column text that goes on right column text that goes on right column " +
        "text that goes on\n\nA line below that goes over both of the columns again.",
    ],
    [
      "a table with a cell of two lines",
      line(740, [60, "Iron"], [180, "Fe"], [300, "steel and"]) +
        line(727, [300, "magnets"]) +
        line(705, [60, "Gold"], [180, "Au"], [300, "rings"]),
      "Iron | Fe | steel and magnets\nGold | Au | rings",
    ],
    [
      "a list whose numbers stand apart",
      line(740, [60, "1."], [90, "First item that goes on"]) +
        line(727, [90, "in a second line"]) +
        line(713, [60, "2."], [90, "Second item"]),
      "1. First item that goes on in a second line\n2. Second item",
    ],
    [
      "letters set apart, by spacing and one by one",
      "BT /F1 16 Tf 5 Tc 60 760 Td (CELL WALL) Tj ET BT 0 Tc ET " +
        placed(60, 730, "Body text here."),
      "CELL WALL\n\nBody text here.",
    ],
    [
      "high and low signs in their line",
      "BT /F1 11 Tf 60 740 Td (E = mc) Tj /F1 7 Tf 5 Ts (2) Tj /F1 11 Tf 0 Ts ( and H) Tj " +
        "/F1 7 Tf -3 Ts (2) Tj /F1 11 Tf 0 Ts (O here) Tj ET",
      "E = mc² and H2O here",
    ],
  ])("%s", async (_name, content, text) => {
    expect((await read("a.pdf", makeRawPdf(content))).content).toBe(text);
  });

  it("columns of text, and below them boxes that the same gap runs through", async () => {
    const column = (x: number, words: string) =>
      Array.from({ length: 5 }, (_, i) => placed(x, 740 - i * 13, `${words} line ${i}`)).join("");
    const { content } = await read(
      "a.pdf",
      makeRawPdf(
        column(60, "words of the left column") +
          column(320, "words of the right column") +
          line(650, [60, "Advantages"], [320, "Drawbacks"]) +
          line(636, [60, "Cheap"], [320, "Slow"]),
      ),
    );
    expect(content.replace(/\s+/g, " ")).toMatch(
      /^(?:words of the left column line \d ){5}(?:words of the right column line \d ){5}Advantages \| Drawbacks Cheap \| Slow$/,
    );
  });

  it("columns whose lines stand at other heights", async () => {
    const side = (x: number, y: number, words: string) =>
      Array.from({ length: 5 }, (_, i) => placed(x, y - i * 15, `${words} and on they go`)).join(
        "",
      );
    const { content } = await read(
      "a.pdf",
      makeRawPdf(side(60, 740, "words at the left") + side(320, 733, "others at the right")),
    );
    expect(content.replace(/\s+/g, " ")).toMatch(
      /^(?:words at the left and on they go ){5}(?:others at the right and on they go ?){5}$/,
    );
  });

  it.each([
    [
      "one by one",
      [..."GENETICS"].map((letter, i) => placed(60 + i * 20, 760, letter, 16)).join(""),
      "GENETICS",
    ],
    [
      "by spacing, in two words",
      "BT /F1 16 Tf 5 Tc 60 760 Td (CELL WALL) Tj ET BT 0 Tc ET ",
      "CELL WALL",
    ],
    [
      "by kerning",
      "BT /F1 16 Tf 60 760 Td [(O) -400 (S) -400 (M) -400 (O) -400 (S) -400 (I) -400 (S)] TJ ET ",
      "OSMOSIS",
    ],
  ])("letters set apart %s are a word", async (_name, heading, text) => {
    const { content } = await read(
      "a.pdf",
      makeRawPdf(heading + placed(60, 730, "Body text here.")),
    );
    expect(content).toBe(`${text}\n\nBody text here.`);
  });

  it("a font whose shapes have no names gives no letters", async () => {
    const font =
      "<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+X /FirstChar 65 /LastChar 67 /Widths " +
      "[500 500 500] /Encoding << /Type /Encoding /Differences [65 /g12 /g13 /g14] >> " +
      "/FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+X /Flags 4 /FontBBox [0 0 " +
      "1000 1000] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >> >>";
    const material = await read("a.pdf", makePdf([["ABC"]], { font }));
    expect(material).toMatchObject({ status: "failed", error_code: "document-without-text" });
  });

  it("cut off: the pages before the cut; turned pages and text in their order; no page at all", async () => {
    const six = makePdf(Array.from({ length: 6 }, (_, i) => [`This is page ${i + 1} of six.`]));
    const cut = await read("a.pdf", six.subarray(0, six.length * 0.7));
    expect([cut.status, cut.error_message]).toEqual(["ready", null]);
    expect(cut.content).toMatch(/^This is page 1 of six\.\s+This is page 2 of six\./);
    const turned = ["Lines of a page", "that lies on its side."]
      .map((text, i) => `BT /F1 11 Tf 0 1 -1 0 ${100 + i * 14} 72 Tm (${text}) Tj ET\n`)
      .join("");
    expect((await read("a.pdf", makeRawPdf(turned))).content).toBe(
      "Lines of a page that lies on its side.",
    );
    const wrong = Buffer.from(
      makeRawPdf(placed(60, 700, "x"))
        .toString("latin1")
        .replace("/Count 1", "/Count -1"),
      "latin1",
    );
    expect(await read("a.pdf", wrong)).toMatchObject({ error_code: "document-unreadable" });
    expect(await read("a.pdf", makePdf([]))).toMatchObject({ error_code: "document-without-text" });
  });

  it("divided words: the document decides, then a list of words", async () => {
    const lines = [
      "An anti-body binds. The co-",
      "operation of self-",
      "made cells and photo-",
      "synthesis, of anti-",
      "body and Zusammen-",
      "hang.",
    ];
    const { content } = await read(
      "a.pdf",
      makeRawPdf(lines.map((text, i) => placed(60, 740 - i * 14, text)).join("")),
    );
    expect(content).toBe(
      "An anti-body binds. The cooperation of self-made cells and photosynthesis, of anti-body and Zusammenhang.",
    );
  });

  it("fields, choices, ticks and remarks", async () => {
    const widget = (rest: string) => `<< /Type /Annot /Subtype /Widget /F 4 ${rest} >>`;
    const { content } = await read(
      "a.pdf",
      makeRawPdf(placed(60, 740, "Choose:") + placed(60, 700, "Water boils"), [
        widget(
          "/FT /Ch /Ff 131072 /T (c) /V (b) /Opt [[(a) (First)] [(b) (Second choice)]] /Rect [120 735 300 750]",
        ),
        widget(
          "/FT /Btn /T (k) /V /Yes /AS /Yes /AP << /N << /Yes 5 0 R >> >> /Rect [40 698 52 710]",
        ),
        widget("/FT /Tx /Ff 8192 /T (s) /V (secret) /Rect [60 600 300 620]"),
        "<< /Type /Annot /Subtype /Highlight /F 4 /Contents (remember this) /QuadPoints [60 " +
          "710 200 710 60 700 200 700] /Rect [60 700 200 712] >>",
      ]),
    );
    expect(content).toBe("Choose: Second choice\n\n☒ Water boils\n\nremember this");
  });
});
