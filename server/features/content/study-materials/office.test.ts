/** What office programs write: each kind of thing once, small, through the door. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeZip } from "#tests/support/make-documents.ts";
import { makeOpenDocument, makeSlides, makeWord, shape } from "#tests/support/make-office.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

async function read(name: string, content: string | Buffer) {
  const student = await app.register();
  const { status, body } = await student.upload("/study-materials", {
    blob: new Blob([content as BlobPart]),
    name,
  });
  if (status !== 201) return { status, detail: body.detail as string };
  return student.until<any>(`/study-materials/${body.id}`, (one) =>
    ["ready", "failed"].includes(one.status),
  );
}

const r = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const p = (...inside: string[]) =>
  `<w:p>${inside.map((each) => (each.startsWith("<") ? each : r(each))).join("")}</w:p>`;
const numbered = (level: number, text: string) =>
  p(`<w:pPr><w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr></w:pPr>`, text);
const NUMBERING =
  `<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>` +
  `<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start ` +
  `w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>` +
  `</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`;
const field = (code: string, shown: string) =>
  `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>${code}</w:instrText>` +
  `</w:r>${shown ? `<w:r><w:fldChar w:fldCharType="separate"/></w:r>${r(shown)}` : ""}<w:r>` +
  `<w:fldChar w:fldCharType="end"/></w:r>`;
const bars = (year: string, first: number) =>
  `<c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>${year}</c:v></c:pt></c:strCache>` +
  `</c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>Wheat</c:v></c:pt><c:pt ` +
  `idx="1"><c:v>Rye</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache>` +
  `<c:pt idx="0"><c:v>${first}.5</c:v></c:pt><c:pt idx="1"><c:v>${first + 4}</c:v></c:pt>` +
  "</c:numCache></c:numRef></c:val></c:ser>";
const CHART =
  "<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Yield</a:t></a:r></a:p>" +
  "</c:rich></c:tx></c:title><c:plotArea>" +
  `<c:barChart>${bars("2024", 3)}${bars("2025", 4)}</c:barChart>` +
  "</c:plotArea></c:chart></c:chartSpace>";
const DIAGRAM =
  `<dgm:dataModel><dgm:ptLst><dgm:pt modelId="0" type="doc"/><dgm:pt modelId="2"><dgm:t><a:p>` +
  `<a:r><a:t>Second</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="1"><dgm:t><a:p><a:r>` +
  `<a:t>First</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="3"><dgm:t><a:p><a:r>` +
  `<a:t>Under first</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="9" type="pres"><dgm:t>` +
  "<a:p><a:r><a:t>First</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst><dgm:cxnLst><dgm:cxn " +
  `srcId="0" destId="1" srcOrd="0"/><dgm:cxn srcId="0" destId="2" srcOrd="1"/><dgm:cxn ` +
  `srcId="1" destId="3" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>`;
const run = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;

describe("Word", () => {
  it.each<[string, string, Record<string, string>, string]>([
    [
      "numbers of lists",
      numbered(0, "Cells") +
        numbered(1, "Plant") +
        numbered(1, "Animal") +
        numbered(0, "Tissue") +
        numbered(1, "Bone"),
      { numbering: NUMBERING },
      "1. Cells\n\n1.a) Plant\n\n1.b) Animal\n\n2. Tissue\n\n2.a) Bone",
    ],
    [
      "a field that never ends hides nothing",
      p(
        `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>`,
      ) + p("Still here."),
      {},
      "Still here.",
    ],
    [
      "fields show their result only",
      p("See ", field(" REF _Ref1 \\h ", "Figure 3"), " and ", field(" PAGEREF x ", "12"), "."),
      {},
      "See Figure 3 and 12.",
    ],
    [
      "readings over signs in a field",
      p(field(" EQ \\* jc2 \\* hps10 \\o\\ad(\\s\\up 9(かん),漢)", ""), "字"),
      {},
      "漢字",
    ],
    [
      "tracked changes as they would be accepted",
      p(
        "The ",
        `<w:del>${r("old ").replaceAll("w:t", "w:delText")}</w:del><w:ins>${r("new ")}</w:ins>`,
        "wall.",
      ),
      {},
      "The new wall.",
    ],
    [
      "content controls, without what is only asked for",
      `<w:sdt><w:sdtPr/><w:sdtContent>${p("Inside a control.")}</w:sdtContent>` +
        `</w:sdt>` +
        p(
          "A ",
          `<w:sdt><w:sdtPr/><w:sdtContent>${r("chosen")}</w:sdtContent></w:sdt>`,
          " word",
          "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>" +
            `<w:sdtContent>${r("Click here to enter text.")}</w:sdtContent></w:sdt>`,
          ".",
        ),
      {},
      "Inside a control.\n\nA chosen word.",
    ],
    [
      "cells that reach down are said in each row",
      `<w:tbl>${[
        ["restart", "Monday", "Biology"],
        ["", "", "Physics"],
      ]
        .map(
          ([merge, day, what]) =>
            `<w:tr><w:tc><w:tcPr><w:vMerge${merge ? ' w:val="restart"' : ""}/>` +
            `</w:tcPr>${p(day!)}</w:tc><w:tc>${p(what!)}${p("8:00")}</w:tc></w:tr>`,
        )
        .join("")}</w:tbl>`,
      {},
      "Monday | Biology 8:00\nMonday | Physics 8:00",
    ],
    [
      "notes and remarks behind their paragraph",
      p(
        "A claim",
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r>' +
          '<w:r><w:commentReference w:id="0"/></w:r>',
        " stands.",
      ) + p("Next."),
      {
        footnotes:
          `<w:footnotes><w:footnote w:type="separator" w:id="-1">${p("no")}</w:footnote>` +
          `<w:footnote w:id="2">${p("The footnote.")}</w:footnote></w:footnotes>`,
        endnotes: `<w:endnotes><w:endnote w:id="2">${p("The endnote.")}</w:endnote></w:endnotes>`,
        comments: `<w:comments><w:comment w:id="0" w:author="Ada">${p("Check this.")}</w:comment></w:comments>`,
      },
      "A claim stands.\n\nThe footnote.\n\nThe endnote.\n\nAda: Check this.\n\nNext.",
    ],
    [
      "formulas in their sentence, never glued to words",
      p(
        "Let",
        `<m:oMath><m:f><m:num>${run("1")}</m:num><m:den>${run("2")}</m:den>` +
          `</m:f>${run("𝑚")}<m:sSup><m:e>${run("v")}</m:e><m:sup>${run("2")}</m:sup></m:sSup>` +
          "</m:oMath>",
        "hold and ",
        `<m:oMath><m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${run("i=1")}</m:sub>` +
          `<m:sup>${run("n")}</m:sup><m:e><m:sSub><m:e>${run("x")}</m:e>` +
          `<m:sub>${run("i")}</m:sub></m:sSub></m:e></m:nary></m:oMath>`,
        ".",
      ),
      {},
      "Let 1/2mv^2 hold and ∑_{i=1}^n x_i.",
    ],
    [
      "charts and diagrams behind their paragraph",
      p(
        "Look:",
        '<w:r><w:drawing><a:graphic><a:graphicData><c:chart r:id="chart1"/></a:graphicData>' +
          '</a:graphic></w:drawing></w:r><w:r><w:drawing><dgm:relIds r:dm="diagramData"/>' +
          "</w:drawing></w:r>",
      ),
      { chart1: CHART, diagramData: DIAGRAM },
      "Look:\n\nYield\n\n2024 | 2025\nWheat | 3.5 | 4.5\nRye | 7 | 8\n\nFirst\n\nUnder first\n\nSecond",
    ],
    [
      "boxes in old drawings and word art",
      p(
        "Text",
        `<w:r><w:pict><v:shape><v:textbox><w:txbxContent>${p("In a box.")}</w:txbxContent>` +
          `</v:textbox></v:shape><v:shape><v:textpath string="Word art"/></v:shape></w:pict></w:r>`,
      ),
      {},
      "Text\n\nIn a box.\n\nWord art",
    ],
    [
      "letters of symbol fonts within text",
      p('<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf061\uf062</w:t></w:r>', " ray"),
      {},
      "αβ ray",
    ],
    [
      "boxes to tick",
      p(
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/>' +
          '</w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        " done",
      ),
      {},
      "☒ done",
    ],
    [
      "a table of contents is not read twice",
      `<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>` +
        `</w:docPartObj></w:sdtPr><w:sdtContent>${p("Cells 1")}</w:sdtContent>` +
        `</w:sdt>${p("Cells")}`,
      {},
      "Cells",
    ],
    [
      "headers and footers once, at the end",
      p("Body."),
      {
        header1: `<w:hdr>${p("Biology 101, Dr. Moss")}</w:hdr>`,
        header2: `<w:hdr>${p("Biology 101, Dr. Moss")}</w:hdr>`,
        footer1: `<w:ftr>${p("Page 3")}</w:ftr>`,
      },
      "Body.\n\nBiology 101, Dr. Moss",
    ],
  ])("%s", async (_name, body, parts, content) => {
    expect((await read("a.docx", makeWord(body, parts))).content).toBe(content);
  });

  it("other programs' prefixes and the strict form are the same document", async () => {
    const body = p("Word of ", `<m:oMath>${run("a+b")}</m:oMath>`);
    const renamed = makeWord(body, {}, (xml) =>
      xml.replaceAll("w:", "ns0:").replace("xmlns:w=", "xmlns:ns0="),
    );
    expect((await read("a.docx", renamed)).content).toBe("Word of a+b");
    const strict = makeWord(body, {}, (xml) =>
      xml
        .replaceAll(
          "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
          "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        .replaceAll(
          "http://schemas.openxmlformats.org/officeDocument/2006/math",
          "http://purl.oclc.org/ooxml/officeDocument/math",
        ),
    );
    expect((await read("a.docx", strict)).content).toBe("Word of a+b");
  });
});

/** What its layout says of a text: the kind, its figures, and the letters themselves. */
const looks = ({ content, layout }: { content: string; layout: any[] }) =>
  layout.map(({ kind, level, mark, start_offset, end_offset }) =>
    [kind, level, mark, content.slice(start_offset, end_offset)].filter((one) => one !== undefined),
  );

const cellsOf = ({ content, layout }: { content: string; layout: any[] }) =>
  layout
    .filter(({ kind }) => kind === "table")
    .map(({ cells }) =>
      cells.map(([row, column, columns, from, to]: number[]) => [
        row,
        column,
        columns,
        content.slice(from, to),
      ]),
    );

describe("how an office file looks", () => {
  it("Word: headings by level, numbered lists, bold words of many runs, a table with its gaps, notes", async () => {
    const bold = (text: string, more = "<w:b/>") =>
      `<w:r><w:rPr>${more}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
    const cell = (text: string, properties = "") =>
      `<w:tc><w:tcPr>${properties}</w:tcPr>${p(text)}</w:tc>`;
    const material = await read(
      "a.docx",
      makeWord(
        `<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr>${bold("Cells")}</w:p>` +
          p(
            "A ",
            bold("mem"),
            bold("brane "),
            bold("is", "<w:i/>"),
            bold(" thin", '<w:b w:val="0"/>'),
          ) +
          p("Term", `<w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr><w:t>inus</w:t></w:r>`) +
          numbered(0, "one") +
          numbered(1, "below") +
          "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>" +
          cell("Enzyme", '<w:gridSpan w:val="2"/>') +
          cell("Acts on") +
          "</w:tr><w:tr>" +
          cell("") +
          cell("Amylase | A") +
          cell("Starch") +
          "</w:tr></w:tbl>" +
          p("See", '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        {
          styles:
            '<w:styles><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>' +
            '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/>' +
            "<w:rPr><w:b/></w:rPr></w:style></w:styles>",
          numbering:
            '<w:numbering><w:abstractNum w:abstractNumId="0">' +
            '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>' +
            '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>' +
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
          footnotes: `<w:footnotes><w:footnote w:id="1">${p("Page 7.")}</w:footnote></w:footnotes>`,
        },
      ),
    );
    expect(looks(material)).toEqual([
      ["heading", 2, "Cells"],
      ["strong", "membrane "],
      ["emphasis", "is"],
      ["strong", "inus"],
      ["item", 0, 3, "1. one"],
      ["item", 1, 2, "• below"],
      ["table", "Enzyme | Acts on\nAmylase | A | Starch"],
      ["note", "Page 7."],
    ]);
    expect(cellsOf(material)).toEqual([
      [
        [0, 0, 2, "Enzyme"],
        [0, 2, 1, "Acts on"],
        [1, 1, 1, "Amylase | A"],
        [1, 2, 1, "Starch"],
      ],
    ]);
    expect(material.layout.find(({ kind }: any) => kind === "table").head_rows).toBe(1);
  });

  it("PowerPoint: what the layout says of its lists, what the speaker reads, remarks", async () => {
    const level = (n: number, text: string, more = "") =>
      `<a:p><a:pPr lvl="${n}">${more}</a:pPr><a:r><a:rPr b="1"/><a:t>${text}</a:t></a:r></a:p>`;
    const place = (inside: string) =>
      `<p:sp><p:nvSpPr><p:nvPr><p:ph idx="4"/></p:nvPr></p:nvSpPr><p:txBody>${inside}</p:txBody></p:sp>`;
    const material = await read(
      "a.pptx",
      makeSlides([
        {
          shapes:
            shape("Osmosis", "title") +
            place(level(0, "Water") + level(1, "moves") + level(0, "No item", "<a:buNone/>")),
          parts: {
            slideLayout:
              "<p:sldLayout><p:cSld><p:spTree>" +
              place(
                '<a:lstStyle><a:lvl1pPr><a:buChar char="-"/></a:lvl1pPr>' +
                  '<a:lvl2pPr><a:buAutoNum type="arabicPeriod"/></a:lvl2pPr></a:lstStyle>',
              ) +
              "</p:spTree></p:cSld></p:sldLayout>",
            notesSlide: `<p:notes><p:cSld><p:spTree>${shape("Slowly.", "body")}</p:spTree></p:cSld></p:notes>`,
            comments: "<p:cmLst><p:cm><p:text>Too small?</p:text></p:cm></p:cmLst>",
          },
        },
      ]),
    );
    expect(looks(material)).toEqual([
      ["heading", 1, "Osmosis"],
      ["item", 0, 0, "Water"],
      ["strong", "Water"],
      ["item", 1, 0, "moves"],
      ["strong", "moves"],
      ["strong", "No item"],
      ["speaker_notes", "Slowly."],
      ["note", "Too small?"],
    ]);
  });

  it("OpenDocument and pages of the web: headings, lists and tables", async () => {
    const odt = await read(
      "a.odt",
      makeOpenDocument(
        "text",
        '<text:h text:outline-level="2">Osmosis</text:h>' +
          "<table:table><table:table-row><table:table-cell>" +
          "<text:p>Amylase</text:p></table:table-cell></table:table-row></table:table>",
      ),
    );
    expect(looks(odt)).toEqual([
      ["heading", 2, "Osmosis"],
      ["table", "Amylase"],
    ]);
    const html = await read(
      "a.html",
      Buffer.from(
        "<h2>Osmosis</h2><ol><li>one<ul><li>below</ul></ol>" +
          "<table><tr><th>A<th>B<tr><td><td>2</table>",
      ),
    );
    expect(looks(html)).toEqual([
      ["heading", 2, "Osmosis"],
      ["item", 0, 3, "1. one"],
      ["item", 1, 2, "• below"],
      ["table", "A | B\n2"],
    ]);
    expect(cellsOf(html)[0].at(-1)).toEqual([1, 1, 1, "2"]);
  });
});

describe("PowerPoint", () => {
  it("title first, groups, tables, numbers of lists, diagrams, charts, notes and remarks, by slide", async () => {
    const frame = (inside: string) =>
      `<p:graphicFrame><a:graphic><a:graphicData>${inside}</a:graphicData></a:graphic></p:graphicFrame>`;
    const items = ["one", "two"]
      .map(
        (text) =>
          `<a:p><a:pPr><a:buAutoNum type="arabicParenR"/></a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`,
      )
      .join("");
    const table =
      `<a:tbl><a:tr><a:tc rowSpan="2"><a:txBody><a:p><a:r><a:t>Group</a:t></a:r></a:p>` +
      "</a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>A</a:t></a:r></a:p></a:txBody></a:tc>" +
      `</a:tr><a:tr><a:tc vMerge="1"/><a:tc><a:txBody><a:p><a:r><a:t>B</a:t></a:r></a:p>` +
      "</a:txBody></a:tc></a:tr></a:tbl>";
    const material = await read(
      "a.pptx",
      makeSlides([
        {
          shapes:
            shape("Body first") +
            shape("The title", "title") +
            shape(items) +
            `<p:grpSp><p:grpSp>${shape("Deep")}</p:grpSp></p:grpSp>` +
            frame(table),
        },
        {
          shapes:
            frame('<c:chart r:id="chart"/>') +
            frame('<dgm:relIds r:dm="diagramData"/>') +
            shape("3", "sldNum"),
          parts: {
            chart: CHART,
            diagramData: DIAGRAM,
            notesSlide: `<p:notes><p:cSld><p:spTree>${shape("Say it slowly.", "body")}</p:spTree></p:cSld></p:notes>`,
            comments: "<p:cmLst><p:cm><p:text>Too small?</p:text></p:cm></p:cmLst>",
          },
        },
      ]),
    );
    expect(material.content).toBe(
      "The title\n\nBody first\n\n1) one\n\n2) two\n\nDeep\n\nGroup | A\nGroup |" +
        " B\n\nYield\n\n2024 | 2025\nWheat | 3.5 | 4.5\nRye | 7 |" +
        " 8\n\nFirst\n\nUnder first\n\nSecond\n\nSay it slowly.\n\nToo small?",
    );
    expect(material.page_count).toBe(2);
    expect(material.sections[0]).toMatchObject({ page: 1, heading: "The title" });
  });
});

describe("OpenDocument, RTF, tables, books, notebooks", () => {
  it("a text with lists, a table, a note, a box, a remark, a formula and a change", async () => {
    const { content } = await read(
      "a.odt",
      makeOpenDocument(
        "text",
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>" +
          "</text:deletion></text:changed-region></text:tracked-changes><text:h " +
          'text:outline-level="1">Osmosis</text:h><text:p>Water<text:note ' +
          'text:note-class="footnote"><text:note-citation>1</text:note-citation>' +
          "<text:note-body><text:p>Pure water.</text:p></text:note-body></text:note> " +
          "moves<office:annotation><dc:creator>Ada</dc:creator><text:p>Why?</text:p>" +
          "</office:annotation>.</text:p><text:list><text:list-item><text:p>one</text:p>" +
          "</text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>" +
          "<table:table><table:table-row><table:table-cell><text:p>Amylase</text:p>" +
          "</table:table-cell><table:table-cell><text:p>Starch</text:p></table:table-cell>" +
          "</table:table-row></table:table><text:p>Box: <draw:frame><draw:text-box><text:p>In " +
          "the box.</text:p></draw:text-box></draw:frame></text:p><text:p>Energy <draw:frame>" +
          '<draw:object xlink:href="./Object 1"/></draw:frame> is.</text:p>',
        {
          "Object 1/content.xml":
            '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>E</mi>' +
            "<mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow><annotation " +
            'encoding="StarMath 5.0">E = m c^2</annotation></semantics></math>',
        },
      ),
    );
    expect(content).toBe(
      "Osmosis\n\nWater moves.\n\nPure water.\n\nAda: Why?\n\none\n\ntwo\n\nAmylase | " +
        "Starch\n\nBox:\n\nIn the box.\n\nEnergy E=mc^2 is.",
    );
  });
  it("slides and sheets are pages", async () => {
    const said = (notes: string) =>
      `<presentation:notes><draw:frame presentation:class="notes"><draw:text-box>` +
      `<text:p>${notes}</text:p></draw:text-box></draw:frame></presentation:notes>`;
    const page = (name: string, text: string, notes = "") =>
      `<draw:page draw:name="${name}"><draw:frame presentation:class="title"><draw:text-box>` +
      `<text:p>${name} title</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box>` +
      `<text:p>${text}</text:p></draw:text-box>` +
      `</draw:frame>${notes && said(notes)}</draw:page>`;
    const slides = await read(
      "a.odp",
      makeOpenDocument(
        "presentation",
        page("One", "Diffusion", "Speak up.") + page("Two", "Osmosis"),
      ),
    );
    expect(slides.content).toBe("One title\n\nDiffusion\n\nSpeak up.\n\nTwo title\n\nOsmosis");
    expect(slides.sections.map(({ page }: any) => page)).toEqual([1, 2]);
    expect([slides.page_count, slides.pages_without_text]).toEqual([2, []]);
    const cell = (text: string) =>
      `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
    const sheets = await read(
      "a.ods",
      makeOpenDocument(
        "spreadsheet",
        `<table:table table:name="Enzymes">` +
          `<table:table-row>${cell("Amylase")}${cell("Starch")}</table:table-row></table:table>`,
      ),
    );
    expect(sheets).toMatchObject({ content: "Enzymes\n\nAmylase | Starch", page_count: 1 });
    const xlsx = await read(
      "a.xlsx",
      makeZip([
        {
          name: "[Content_Types].xml",
          content:
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
            '<Override PartName="/xl/workbook.xml" ' +
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
            '<Override PartName="/xl/worksheets/sheet1.xml" ' +
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' +
            "</Types>",
        },
        {
          name: "_rels/.rels",
          content:
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
            '<Relationship Id="r" ' +
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ' +
            'Target="xl/workbook.xml"/></Relationships>',
        },
        {
          name: "xl/workbook.xml",
          content:
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ' +
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">' +
            '<sheets><sheet name="Yield" sheetId="1" r:id="r1"/></sheets></workbook>',
        },
        {
          name: "xl/_rels/workbook.xml.rels",
          content:
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
            '<Relationship Id="r1" ' +
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" ' +
            'Target="worksheets/sheet1.xml"/></Relationships>',
        },
        {
          name: "xl/worksheets/sheet1.xml",
          content:
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
            '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Wheat</t></is></c><c ' +
            'r="B1"><f>1+2</f><v>3</v></c><c r="D1" t="str"><v>x</v></c></row><row r="2"><c ' +
            'r="A2" t="inlineStr"><is><t>Rye</t></is></c><c r="B2"><v>4.5</v></c></row>' +
            "</sheetData></worksheet>",
        },
      ]),
    );
    expect(xlsx.content).toBe("Yield\n\nWheat | 3 | x\nRye | 4.5");
  });

  it(
    "cells of a workbook as Excel shows them: dates, times, shares, rich text, merged ones; " +
      "remarks behind them",
    async () => {
      const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
      const relationship = ([id, type, target]: string[]) =>
        `<Relationship Id="${id}" ` +
        `Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" ` +
        `Target="${target}"/>`;
      const related = (items: string[][]) =>
        `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
        items.map(relationship).join("") +
        "</Relationships>";
      const workbook = (from1904: string) =>
        makeZip([
          {
            name: "[Content_Types].xml",
            content:
              '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
              '<Override PartName="/xl/workbook.xml" ' +
              'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
              "</Types>",
          },
          { name: "_rels/.rels", content: related([["r", "officeDocument", "xl/workbook.xml"]]) },
          {
            name: "xl/workbook.xml",
            content:
              `<workbook xmlns="${main}" ` +
              `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
              `<workbookPr ${from1904}/><sheets><sheet name="Times" r:id="a"/></sheets>` +
              "</workbook>",
          },
          {
            name: "xl/_rels/workbook.xml.rels",
            content: related([
              ["a", "worksheet", "worksheets/sheet1.xml"],
              ["b", "sharedStrings", "sharedStrings.xml"],
              ["c", "styles", "styles.xml"],
            ]),
          },
          {
            name: "xl/sharedStrings.xml",
            content:
              `<sst xmlns="${main}"><si><r><t xml:space="preserve">rich </t></r><r><t>text</t>` +
              "</r><rPh><t>よみ</t></rPh></si></sst>",
          },
          {
            name: "xl/styles.xml",
            content:
              `<styleSheet xmlns="${main}"><numFmts><numFmt numFmtId="170" ` +
              `formatCode="dd\\.mm\\.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf ` +
              `numFmtId="170"/><xf numFmtId="20"/><xf numFmtId="9"/></cellXfs></styleSheet>`,
          },
          {
            name: "xl/worksheets/sheet1.xml",
            content:
              `<worksheet xmlns="${main}"><sheetData><row><c t="s"><v>0</v></c></row><row><c ` +
              `s="1"><v>46000</v></c><c s="2"><v>0.5</v></c><c s="3"><v>0.25</v></c><c>` +
              `<v>1234.5000000000002</v></c><c t="b"><v>1</v></c></row></sheetData><mergeCells>` +
              `<mergeCell ref="A1:B1"/></mergeCells></worksheet>`,
          },
          {
            name: "xl/worksheets/_rels/sheet1.xml.rels",
            content: related([["n", "comments", "../comments1.xml"]]),
          },
          {
            name: "xl/comments1.xml",
            content:
              `<comments xmlns="${main}"><authors><author>Ada</author></authors><commentList>` +
              `<comment ref="A1" authorId="0"><text><t>Check this.</t></text></comment>` +
              "</commentList></comments>",
          },
        ]);
      const { content } = await read("a.xlsx", workbook(""));
      expect(content).toBe(
        "Times\n\nrich text\n09.12.2025 | 12:00 | 25% | 1234.5 | TRUE\n\nAda: Check this.",
      );
      const mac = await read("a.xlsx", workbook('date1904="1"'));
      expect(mac.content).toContain("10.12.2029 | 12:00 | 25%");
    },
  );

  it("books by chapter in the order of their spine, tables, notebooks", async () => {
    const chapter = (text: string) =>
      `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>` +
      `<body><h1>${text}</h1><p>About ${text}&nbsp;only.</p></body></html>`;
    const book = await read(
      "a.epub",
      makeZip([
        { name: "mimetype", content: "application/epub+zip" },
        {
          name: "META-INF/container.xml",
          content:
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>' +
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        },
        {
          name: "OPS/book.opf",
          content:
            '<opf:package xmlns:opf="http://www.idpf.org/2007/opf"><opf:manifest><opf:item ' +
            'id="x" href="a%20b.xhtml"/><opf:item id="y" href="y.xhtml"/></opf:manifest>' +
            '<opf:spine><opf:itemref idref="y"/><opf:itemref idref="x"/></opf:spine>' +
            "</opf:package>",
        },
        { name: "OPS/a b.xhtml", content: chapter("Diffusion") },
        { name: "OPS/y.xhtml", content: chapter("Osmosis") },
      ]),
    );
    expect(book.content).toBe(
      "Osmosis\n\nAbout Osmosis only.\n\nDiffusion\n\nAbout Diffusion only.",
    );
    expect(book.sections).toMatchObject([
      { page: 1, heading: "Osmosis" },
      { page: 2, heading: "Diffusion" },
    ]);
    expect((await read("a.csv", 'Enzyme;Acts on\r\n"Amylase; human";Starch\r\n')).content).toBe(
      "Enzyme | Acts on\nAmylase; human | Starch",
    );
    const notebook = await read(
      "a.ipynb",
      JSON.stringify({
        nbformat: 4,
        cells: [
          { cell_type: "markdown", source: ["# Growth\n", "It doubles."] },
          {
            cell_type: "code",
            source: "# no heading\nprint(2)",
            outputs: [{ output_type: "stream", text: ["2\n"] }],
          },
        ],
      }),
    );
    expect(notebook.content).toBe("# Growth\nIt doubles.\n\n```\n# no heading\nprint(2)\n```\n\n2");
    expect(notebook.sections.map(({ heading }: any) => heading)).toEqual(["Growth"]);
  });

  it("rich text with its signs, notes and tables", async () => {
    const rtf = await read(
      "a.rtf",
      String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}\pard\f0 Caf\'e9 \ldblquote au lait\rdblquote  line \emdash dash {\footnote The note.} ends.\par\trowd\cellx1000\cellx2000 Amylase\cell Starch\cell\row\pard after {\field{\*\fldinst HYPERLINK "x"}{\fldrslt link text}}\par \u1060?\u1086?\par}`,
    );
    expect(rtf.content).toBe(
      "Café “au lait” line —dash  ends.\n\nThe note.\n\nAmylase | Starch\n\nafter link text\n\nФо",
    );
    const mac = await read(
      "a.rtf",
      String.raw`{\rtf1\mac\ansicpg10000{\fonttbl\f0\fcharset77 Helvetica;}\f0 Gr\'9a\'a7e of\~3 and pH\_7{\v hidden \u1060?} here\v gone\v0 , a \\~ sign\-al\par}`,
    );
    expect(mac.content).toBe("Größe of\u00a03 and pH-7 here, a \\~ signal");
  });

  it("names chapters of an older book by its list of contents", async () => {
    const book = await read(
      "a.epub",
      makeZip([
        { name: "mimetype", content: "application/epub+zip" },
        {
          name: "META-INF/container.xml",
          content:
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>' +
            '<rootfile full-path="O/b.opf"/></rootfiles></container>',
        },
        {
          name: "META-INF/encryption.xml",
          content: '<encryption><CipherReference URI="O/font.otf"/></encryption>',
        },
        {
          name: "O/b.opf",
          content:
            '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><manifest><item ' +
            'id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="c" ' +
            'href="T/ch%201.xhtml" media-type="application/xhtml+xml"/></manifest><spine ' +
            'toc="n"><itemref idref="c"/></spine></package>',
        },
        {
          name: "O/toc.ncx",
          content:
            '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel>' +
            '<text>Of Water</text></navLabel><content src="T/ch%201.xhtml#a"/></navPoint>' +
            "</navMap></ncx>",
        },
        {
          name: "O/T/ch 1.xhtml",
          content:
            '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Unknown</title></head>' +
            "<body><p>Water flows.</p></body></html>",
        },
      ]),
    );
    expect([book.content, book.sections]).toMatchObject([
      "Water flows.",
      [{ page: 1, heading: "Of Water" }],
    ]);
  });

  it("tables of other programs, and notebooks of old ones", async () => {
    const latin = await read(
      "a.csv",
      Buffer.from("sep=;\r\nName;Größe\r\nMüller;1,80\r\n", "latin1"),
    );
    expect(latin).toMatchObject({
      content: "Name | Größe\nMüller | 1,80",
      text_encoding: "windows-1252",
    });
    const notebook = await read(
      "a.ipynb",
      JSON.stringify({
        nbformat: 3,
        worksheets: [
          {
            cells: [
              { cell_type: "heading", level: 2, source: "Rates" },
              {
                cell_type: "code",
                input: "k",
                outputs: [
                  { output_type: "pyout", data: { "text/latex": "$k_{cat}$", "text/plain": "k" } },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect(notebook.content).toBe("Rates\n\n```\nk\n```\n\n$k_{cat}$");
  });
});

describe("what is not read says what to do", () => {
  const ole = (stream: string) => {
    const file = Buffer.alloc(2048);
    file.writeBigUInt64BE(0xd0cf11e0a1b11ae1n, 0);
    file.writeUInt16LE(9, 30);
    file.writeUInt32LE(1, 48);
    file.write(stream, 1024, "utf16le");
    return file;
  };
  it.each([
    ["a.doc", ole("WordDocument"), /\.doc\).*\.docx or PDF/],
    ["a.ppt", ole("PowerPoint Document"), /\.ppt\).*\.pptx or PDF/],
    ["a.xls", ole("Workbook"), /\.xls\).*\.xlsx/],
    ["a.docx", ole("EncryptedPackage"), /password/],
    ["a.key", makeZip([{ name: "Index/Document.iwa", content: "x" }]), /Keynote.*PDF/],
    [
      "a.webarchive",
      Buffer.concat([Buffer.from("bplist00"), Buffer.alloc(64)]),
      /web archive of Safari/,
    ],
    ["up.docx", makeZip([{ name: "../../etc/passwd", content: "x" }]), /damaged or was cut short/],
    ["a.zip", makeZip([{ name: "notes.txt", content: "x" }]), /ZIP archive. Unpack/],
    ["cut.docx", makeWord(p("Text")).subarray(0, 600), /damaged or was cut short/],
  ])("%s", async (name, bytes, sentence) => {
    expect((await read(name, bytes)).detail).toMatch(sentence);
  });
});
