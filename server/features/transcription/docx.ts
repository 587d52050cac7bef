/** The smallest Word document that Word, LibreOffice and Pages open: ECMA-376, four parts in a zip (APPNOTE 6.3). */
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { inTurns } from "#server/turns.ts";

export async function makeDocx(
  title: string,
  about: string,
  paragraphs: Iterable<{ time: string; text: string }>,
  whenEmpty: string,
): Promise<Buffer> {
  const run = (text: string, properties = "") =>
    `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${escape(text)}</w:t></w:r>`;
  const paragraph = (runs: string, properties = "") =>
    `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}${runs}</w:p>`;
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  const packageUrl = "http://schemas.openxmlformats.org/package/2006";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const type = "application/vnd.openxmlformats-officedocument.wordprocessingml";
  function* document() {
    yield `${xml}<w:document xmlns:w="${main}"><w:body>`;
    yield paragraph(run(title), '<w:pStyle w:val="Title"/>');
    yield paragraph(run(about, "<w:i/>"));
    let any = false;
    for (const { time, text } of paragraphs) {
      any = true;
      yield paragraph(
        run(`${time}  `, '<w:b/><w:color w:val="666666"/>') + run(text),
        '<w:spacing w:after="160"/>',
      );
    }
    if (!any) yield paragraph(run(whenEmpty));
    yield "<w:sectPr/></w:body></w:document>";
  }
  return zip({
    "[Content_Types].xml":
      `${xml}<Types xmlns="${packageUrl}/content-types"><Default Extension="rels" ` +
      `ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override ` +
      `PartName="/word/document.xml" ContentType="${type}.document.main+xml"/><Override ` +
      `PartName="/word/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
    "_rels/.rels":
      `${xml}<Relationships xmlns="${packageUrl}/relationships"><Relationship Id="rId1" ` +
      `Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/_rels/document.xml.rels":
      `${xml}<Relationships xmlns="${packageUrl}/relationships"><Relationship Id="rId1" ` +
      `Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    "word/styles.xml":
      `${xml}<w:styles xmlns:w="${main}"><w:style w:type="paragraph" w:default="1" ` +
      `w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" ` +
      `w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:rPr><w:b/><w:sz ` +
      `w:val="36"/></w:rPr></w:style></w:styles>`,
    "word/document.xml": await buffer(inTurns(document())),
  });
}

function escape(text: string) {
  // XML 1.0 has no place for other control characters.
  const allowed = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "");
  return allowed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The time that a zip can say, which is not the clock's: one transcript gives one file. */
const THEN = new Date(1980, 0, 1);

function zip(files: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(files))
    archive.addBuffer(Buffer.from(content), name, { mtime: THEN });
  archive.end();
  return buffer(archive.outputStream);
}
