/**
 * Which document a zip archive is: office files, OpenDocument and e-books are archives with a list of what is in them.
 */
import { extname } from "node:path";
import { fail } from "#server/failures.ts";
import {
  formatByExtension,
  formatByMimeType,
  formatOf,
  SUPPORTED,
  type DocumentFormat,
  type FileKind,
} from "./formats/shapes.ts";
import { listArchive, unpack } from "./parsing/unpack.ts";

/** @throws Failure `file-type-unknown`, `document-password`. */
export async function detectInArchive(
  path: string,
  filename: string | undefined,
): Promise<DocumentFormat> {
  const entries = await listArchive(path).catch(() =>
    fail("file-type-unknown", {
      message:
        "This file is an archive that is damaged or was cut short. Open it in the program " +
        "that made it, save it again and upload that file.",
    }),
  );
  if (entries.some(({ encrypted }) => encrypted)) fail("document-password");
  const names = new Set(entries.map(({ name }) => name));
  const small = await unpack(path, (name) =>
    /^(?:mimetype|META-INF\/manifest\.xml|\[Content_Types\]\.xml)$/i.test(name),
  ).catch(() => new Map<string, Buffer>());
  const part = (name: string) => small.get(name)?.toString("utf8") ?? "";
  // OpenDocument 1.3, part 2, section 4.8.
  if (part("META-INF/manifest.xml").includes("encryption-data")) fail("document-password");
  const extension = extname(filename ?? "").toLowerCase();
  const found =
    byMimetype(part("mimetype").trim()) ??
    byContentTypes(part("[Content_Types].xml"), extension) ??
    byNames(names, extension);
  return found ?? refuseArchive(names);
}

function byMimetype(mimetype: string) {
  return formatByMimeType(mimetype);
}

const MAIN_PARTS: [RegExp, FileKind, string][] = [
  [/ms-word\.document\.macroEnabled\.main/i, "docx", "docm"],
  [/ms-word\.template\.macroEnabled/i, "docx", "dotm"],
  [/wordprocessingml\.template\.main/i, "docx", "dotx"],
  [/wordprocessingml\.document\.main/i, "docx", "docx"],
  [/ms-powerpoint\.presentation\.macroEnabled\.main/i, "pptx", "pptm"],
  [/ms-powerpoint\.slideshow\.macroEnabled\.main/i, "pptx", "ppsm"],
  [/ms-powerpoint\.template\.macroEnabled\.main/i, "pptx", "potm"],
  [/presentationml\.slideshow\.main/i, "pptx", "ppsx"],
  [/presentationml\.template\.main/i, "pptx", "potx"],
  [/presentationml\.presentation\.main/i, "pptx", "pptx"],
  [/ms-excel\.sheet\.macroEnabled\.main/i, "xlsx", "xlsm"],
  [/spreadsheetml\.template\.main/i, "xlsx", "xltx"],
  [/spreadsheetml\.sheet\.main/i, "xlsx", "xlsx"],
];

function byContentTypes(types: string, extension: string) {
  const main = MAIN_PARTS.find(([pattern]) => pattern.test(types));
  if (!main) return undefined;
  // Programs that write the wrong type name the file rightly.
  const named = formatByExtension(extension);
  return named?.kind === main[1] ? named : formatByExtension(main[2]);
}

function byNames(names: Set<string>, extension: string) {
  const kind: FileKind | undefined = names.has("word/document.xml")
    ? "docx"
    : names.has("ppt/presentation.xml")
      ? "pptx"
      : names.has("xl/workbook.xml")
        ? "xlsx"
        : names.has("META-INF/container.xml")
          ? "epub"
          : undefined;
  const named = formatByExtension(extension);
  if (kind) return named?.kind === kind ? named : formatOf(kind);
  if (names.has("content.xml") && named && ["odt", "odp", "ods"].includes(named.kind)) return named;
  return undefined;
}

function refuseArchive(names: Set<string>): never {
  const all = [...names];
  const message = all.some((name) => name.endsWith(".iwa"))
    ? "This is a document of Apple's Pages, Numbers or Keynote. Export it there as Word, " +
      "PowerPoint, Excel or PDF, and upload that file."
    : names.has("xl/workbook.bin")
      ? "This is a binary Excel workbook (.xlsb). Save it as .xlsx and upload that file."
      : all.some((name) => /^(?:visio|FixedDocSeq|Documents\/)/.test(name))
        ? "This is a drawing or a print file of Microsoft's. Save it as PDF and upload that file."
        : `This is a ZIP archive. Unpack it and upload the documents in it. ${SUPPORTED}`;
  fail("file-type-unknown", { message });
}
