/** What a file is, decided by its content; the name only tells kinds of plain text apart. */
import { open } from "node:fs/promises";
import { extname } from "node:path";
import { fileTypeFromFile } from "file-type";
import { fail } from "#server/failures.ts";

export type FileKind = "txt" | "md" | "html" | "pdf" | "docx" | "pptx";

export const MIME_TYPES: Record<FileKind, string> = {
  txt: "text/plain",
  md: "text/markdown",
  html: "text/html",
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};
const SUPPORTED = "Supported are PDF, DOCX, PPTX, Markdown, HTML and plain text.";
const HEAD = 64 * 1024;

/** @throws Failure `file-type-unknown`, `document-password`. */
export async function detectKind(path: string, filename: string | undefined): Promise<FileKind> {
  const { head, tail } = await readEnds(path);
  // The header may stand anywhere in the first 1024 bytes (PDF 2.0, Annex I).
  if (head.subarray(0, 1024).includes("%PDF-")) return "pdf";
  const type = await fileTypeFromFile(path);
  if (type?.ext === "docx" || type?.ext === "pptx" || type?.ext === "pdf") return type.ext;
  if (type?.ext === "cfb") {
    // An encrypted office document is an OLE container with this stream ([MS-OFFCRYPTO], section 1.3).
    const stream = Buffer.from("EncryptedPackage", "utf16le");
    if (head.includes(stream) || tail.includes(stream)) fail("document-password");
    fail("file-type-unknown", {
      message: `This is an office document of the old kind. Please save it as DOCX or PPTX. ${SUPPORTED}`,
    });
  }
  const extension = extname(filename ?? "").toLowerCase();
  const marked = head[0] === 0xff || head[0] === 0xfe || head[0] === 0xef;
  if ((type && type.ext !== "xml") || (!marked && head.includes(0))) {
    const what = type
      ? ` It is ${/^[aeiou]/.test(type.ext) ? "an" : "a"} ${type.ext.toUpperCase()} file.`
      : "";
    fail("file-type-unknown", {
      message: `This kind of file is not supported.${what} ${SUPPORTED}`,
    });
  }
  if ([".md", ".markdown"].includes(extension)) return "md";
  if (
    [".html", ".htm", ".xhtml"].includes(extension) ||
    /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)/i.test(head.toString("latin1", 0, 1024))
  )
    return "html";
  return "txt";
}

async function readEnds(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, HEAD));
    await file.read(head, 0, head.length, 0);
    const tail = Buffer.alloc(Math.min(size, HEAD));
    await file.read(tail, 0, tail.length, size - tail.length);
    return { head, tail };
  } finally {
    await file.close();
  }
}
