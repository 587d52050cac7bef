/** What a file is, decided by its content; the name only tells kinds of plain text apart. */
import { open } from "node:fs/promises";
import { extname } from "node:path";
import { fileTypeFromFile } from "file-type";
import { fail } from "#server/failures.ts";
import { decodeText, textual } from "#server/text-encoding/decode-text.ts";
import { detectInArchive } from "./detect-in-archive.ts";
import {
  formatByExtension,
  formatByMimeType,
  formatOf,
  SUPPORTED,
  type DocumentFormat,
} from "./formats/shapes.ts";
import { isMhtml } from "./parsing/mhtml.ts";

const HEAD = 64 * 1024;

/** @throws Failure `file-type-unknown`, `document-password`, each with what to do. */
export async function detectFormat(
  path: string,
  filename: string | undefined,
): Promise<DocumentFormat> {
  const { head, tail, directory } = await readParts(path);
  // The header may stand anywhere in the first 1024 bytes (PDF 2.0, Annex I).
  if (head.subarray(0, 1024).includes("%PDF-")) return formatOf("pdf");
  if (head.readUInt32BE(0) === 0x504b0304 || head.readUInt32BE(0) === 0x504b0506)
    return detectInArchive(path, filename);
  if (head.toString("latin1", 0, 5) === "{\\rtf") return formatOf("rtf");
  if (head.toString("latin1", 0, 8) === "bplist00")
    fail("file-type-unknown", {
      message:
        "This is a web archive of Safari, which cannot be read here: save the page as HTML " +
        "or PDF, and upload that file.",
    });
  if (directory) refuseOldOffice([head, tail, directory]);
  // A mark of UTF-16 looks like the first frame of an MP1 to file-type, and UTF-16 without one is full of zeros.
  const { text, encoding } = decodeText(head);
  const wide = /^utf-(?:16|32)/.test(encoding) && textual(text);
  const type = wide ? undefined : await fileTypeFromFile(path);
  const picture = type && pictureOf(type.mime);
  if (picture) return picture;
  if ((type && type.ext !== "xml") || !textual(text)) refuse(type?.ext);
  return detectText(head, extname(filename ?? "").toLowerCase());
}

/** Phones write HEIC in several brands; an animated PNG is shown as one. */
function pictureOf(mimeType: string) {
  const plain = mimeType
    .replace(/^image\/hei[cf](?:-sequence)?$/, "image/heic")
    .replace("image/apng", "image/png");
  const format = formatByMimeType(plain);
  return format?.kind === "image" ? format : undefined;
}

function detectText(head: Buffer, extension: string): DocumentFormat {
  const start = head
    .toString("latin1", 0, 4096)
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "")
    .replaceAll("\0", "");
  if (isMhtml(start)) return formatByExtension("mhtml")!;
  if (
    /^\s*<\?xml[^>]*>\s*(?:<!--[\s\S]*?-->\s*)?(?:<\?mso-application|<office:document\b|<w:wordDocument\b|<pkg:package\b)/.test(
      start,
    )
  )
    fail("file-type-unknown", {
      message:
        "This is an office document as a single XML file. Open it and save it as .docx, .pptx, " +
        `.odt or PDF. ${SUPPORTED}`,
    });
  const named = formatByExtension(extension);
  if (
    named &&
    ["md", "html", "csv", "ipynb"].includes(named.kind) &&
    named.mime_type !== "multipart/related"
  )
    return named;
  if (
    /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i.test(
      start,
    )
  )
    return formatOf("html");
  return formatOf("txt");
}

/** Office files from before 2007, and encrypted ones of today, are OLE containers ([MS-CFB]). */
function refuseOldOffice(parts: Buffer[]): never {
  const holds = (stream: string) => {
    const name = Buffer.from(stream, "utf16le");
    return parts.some((part) => part.includes(name));
  };
  // [MS-OFFCRYPTO], section 1.3.
  if (holds("EncryptedPackage")) fail("document-password");
  const [what, save] = holds("WordDocument")
    ? [
        "a Word document of the old kind (.doc)",
        "open it in Word or LibreOffice and save it as .docx or PDF",
      ]
    : holds("PowerPoint Document")
      ? [
          "a PowerPoint presentation of the old kind (.ppt)",
          "open it in PowerPoint or LibreOffice and save it as .pptx or PDF",
        ]
      : holds("Workbook") || holds("Book")
        ? [
            "an Excel workbook of the old kind (.xls)",
            "open it in Excel or LibreOffice and save it as .xlsx",
          ]
        : holds("__substg1.0_")
          ? ["an Outlook message (.msg)", "open it and save it as HTML or PDF"]
          : [
              "an office document of the old kind",
              "open it and save it as .docx, .pptx, .xlsx or PDF",
            ];
  fail("file-type-unknown", {
    message: `This is ${what}, which cannot be read here: ${save}, and upload that file.`,
  });
}

const HINTS: Record<string, string> = {
  rar: "Unpack it and upload the documents in it.",
  "7z": "Unpack it and upload the documents in it.",
  gz: "Unpack it and upload the documents in it.",
  tar: "Unpack it and upload the documents in it.",
  mobi: "Convert it to EPUB, for example with Calibre.",
  djvu: "Convert it to PDF.",
  ps: "Convert it to PDF.",
  gif: "Save it as PNG.",
  bmp: "Save it as PNG.",
  tif: "Save it as PNG or PDF.",
  avif: "Save it as JPEG or PNG.",
  jxl: "Save it as JPEG or PNG.",
  psd: "Save it as PNG.",
};

function refuse(extension: string | undefined): never {
  const what = extension
    ? ` It is ${/^[aeiou]/.test(extension) ? "an" : "a"} ${extension.toUpperCase()} file.`
    : "";
  const hint = HINTS[extension ?? ""];
  fail("file-type-unknown", {
    message: `This kind of file is not supported.${what}${hint ? ` ${hint}` : ""} ${SUPPORTED}`,
  });
}

/** `directory` is where an OLE container lists its streams. */
async function readParts(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (from: number, length: number) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - from)));
      await file.read(bytes, 0, bytes.length, from);
      return bytes;
    };
    const head = await read(0, HEAD);
    const tail = await read(Math.max(0, size - HEAD), HEAD);
    const isOle = head.length >= 512 && head.readBigUInt64BE(0) === 0xd0cf11e0a1b11ae1n;
    if (!isOle)
      return {
        head: head.length < 4 ? Buffer.concat([head, Buffer.alloc(4 - head.length, 32)]) : head,
        tail,
        directory: undefined,
      };
    const sector = 2 ** Math.min(16, head.readUInt16LE(30));
    return {
      head,
      tail,
      directory: await read(Math.min(size, (head.readUInt32LE(48) + 1) * sector), HEAD),
    };
  } finally {
    await file.close();
  }
}
