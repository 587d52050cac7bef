/**
 * Small documents of every kind, and hostile ones, made where they are needed: no file of anybody's in the repository.
 */
import { crc32, deflateRawSync } from "node:zlib";
import type { Picture } from "./make-scan.ts";

/** A zip archive; `claimed` lies about an entry's size. */
export function makeZip(
  entries: { name: string; content: string | Buffer; claimed?: number }[],
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimed } of entries) {
    const bytes = Buffer.from(content as string);
    const packed = deflateRawSync(bytes, { level: 9 });
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(bytes), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(claimed ?? bytes.length, 8);
    const local = Buffer.concat([
      Buffer.from("504b0304140000000800000000000000".slice(0, 28), "hex"),
      sizes,
      Buffer.from([name.length, 0, 0, 0]),
      Buffer.from(name),
      packed,
    ]);
    const central = Buffer.concat([
      Buffer.from("504b01021400140000000800", "hex"),
      Buffer.alloc(4),
      sizes,
      Buffer.from([name.length, 0]),
      Buffer.alloc(12),
      Buffer.alloc(4),
      Buffer.from(name),
    ]);
    central.writeUInt32LE(offset, 42);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  const end = Buffer.alloc(22);
  end.write("504b0506", "hex");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const RELS = (items: string) =>
  `<?xml version="1.0"?><Relationships ` +
  `xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items}</Relationships>`;
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES = (kind: string, part: string) =>
  `<?xml version="1.0"?><Types ` +
  `xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default ` +
  `Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
  `<Override PartName="/${part}" ` +
  `ContentType="application/vnd.openxmlformats-officedocument.${kind}.main+xml"/></Types>`;

export function docxEntries(body: string) {
  const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
  return [
    {
      name: "[Content_Types].xml",
      content: TYPES("wordprocessingml.document", "word/document.xml"),
    },
    {
      name: "_rels/.rels",
      content: RELS(
        `<Relationship Id="r" Type="${OFFICE}/officeDocument" Target="word/document.xml"/>`,
      ),
    },
    {
      name: "word/document.xml",
      content: `<?xml version="1.0"?><w:document ${w}><w:body>${body}</w:body></w:document>`,
    },
    {
      name: "word/styles.xml",
      content:
        `<?xml version="1.0"?><w:styles ${w}><w:style w:type="paragraph" w:styleId="H"><w:name ` +
        `w:val="heading 1"/></w:style></w:styles>`,
    },
    {
      name: "word/_rels/document.xml.rels",
      content: RELS(`<Relationship Id="s" Type="${OFFICE}/styles" Target="styles.xml"/>`),
    },
  ];
}

export function docxParagraph(text: string, heading = false) {
  return (
    `<w:p>${heading ? '<w:pPr><w:pStyle w:val="H"/></w:pPr>' : ""}<w:r><w:t ` +
    `xml:space="preserve">${text}</w:t></w:r></w:p>`
  );
}

export function makePptx(slides: { title: string; text: string; notes?: string }[]) {
  const a =
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ' +
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';
  const shape = (text: string, kind?: string) =>
    `<p:sp><p:nvSpPr><p:nvPr>${kind ? `<p:ph type="${kind}"/>` : ""}</p:nvPr></p:nvSpPr>` +
    `<p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  return makeZip([
    {
      name: "[Content_Types].xml",
      content: TYPES("presentationml.presentation", "ppt/presentation.xml"),
    },
    {
      name: "_rels/.rels",
      content: RELS(
        `<Relationship Id="r" Type="${OFFICE}/officeDocument" Target="ppt/presentation.xml"/>`,
      ),
    },
    {
      name: "ppt/presentation.xml",
      content:
        `<p:presentation ${a} xmlns:r="${OFFICE}">` +
        `<p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${i}" r:id="s${i}"/>`).join("")}</p:sldIdLst>` +
        "</p:presentation>",
    },
    // The files are numbered against the order of the presentation.
    {
      name: "ppt/_rels/presentation.xml.rels",
      content: RELS(
        slides
          .map(
            (_, i) =>
              `<Relationship Id="s${i}" Type="${OFFICE}/slide" Target="slides/slide${slides.length - i}.xml"/>`,
          )
          .join(""),
      ),
    },
    ...slides.flatMap(({ title, text, notes }, i) => [
      {
        name: `ppt/slides/slide${slides.length - i}.xml`,
        content: `<p:sld ${a}>${shape(title, "title")}${shape(text)}${shape("7", "sldNum")}</p:sld>`,
      },
      {
        name: `ppt/slides/_rels/slide${slides.length - i}.xml.rels`,
        content: RELS(
          notes
            ? `<Relationship Id="n" Type="${OFFICE}/notesSlide" Target="../notesSlides/notes${i}.xml"/>`
            : "",
        ),
      },
      ...(notes
        ? [
            {
              name: `ppt/notesSlides/notes${i}.xml`,
              content: `<p:notes ${a}>${shape(notes, "body")}</p:notes>`,
            },
          ]
        : []),
    ]),
  ]);
}

/** A PDF of pages of lines; a line that begins with `# ` is set large. An empty page has only a drawing. */
export function makePdf(
  pages: (string[] | Picture)[],
  options: { encrypt?: boolean; font?: string } = {},
): Buffer {
  const objects: string[] = ["<< /Type /Catalog /Pages 2 0 R >>", ""];
  const font = objects.push(
    options.font ??
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  );
  const kids: number[] = [];
  for (const page of pages) {
    const image =
      "jpeg" in page &&
      objects.push(
        `<< /Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.height} ` +
          "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length " +
          `${page.jpeg.length} >>\nstream\n${page.jpeg.toString("latin1")}\nendstream`,
      );
    const lines = "jpeg" in page ? [] : page;
    const text = lines
      .map((line, i) => {
        const size = line.startsWith("# ") ? 20 : 11;
        const escaped = line.replace(/^# /, "").replace(/[\\()]/g, "\\$&");
        return `BT /F1 ${size} Tf 72 ${760 - i * 15} Td (${escaped}) Tj ET`;
      })
      .join("\n");
    const stream = image ? "595 0 0 842 0 0 cm /I1 Do" : text || "0 0 200 200 re f";
    const content = objects.push(
      `<< /Length ${Buffer.byteLength(stream, "latin1")} >>\nstream\n${stream}\nendstream`,
    );
    kids.push(
      objects.push(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R ` +
          `/Resources << /Font << /F1 ${font} 0 R >> ` +
          `${image ? `/XObject << /I1 ${image} 0 R >>` : ""} >> >>`,
      ),
    );
  }
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(" ")}] >>`;
  const secret = options.encrypt
    ? `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${"41".repeat(32)}> /U <${"42".repeat(32)}> >> /ID [<00><00>]`
    : "";
  let pdf = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const at = pdf.length;
    pdf += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  pdf +=
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ` +
    `${objects.length + 1} /Root 1 0 R ${secret} >>\nstartxref\n${pdf.length}\n%%EOF`;
  return Buffer.from(pdf, "latin1");
}

/** For the content of a page: a line of text at its place. */
export function placed(x: number, y: number, text: string, size = 11) {
  return `BT /F1 ${size} Tf ${x} ${y} Td (${text.replace(/[\\()]/g, "\\$&")}) Tj ET\n`;
}

/** A PDF of one page with this very content (`/F1` is Helvetica) and these annotations. */
export function makeRawPdf(content: string, annotations: string[] = []): Buffer {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots " +
      `[${annotations.map((_, i) => `${i + 6} 0 R`).join(" ")}] /Resources << /Font << /F1 3 0 ` +
      "R >> >> /Contents 5 0 R >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ...annotations,
  ];
  const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join("");
  // Readers build the table anew where there is none.
  return Buffer.from(
    `%PDF-1.7\n${body}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\n%%EOF`,
    "latin1",
  );
}
