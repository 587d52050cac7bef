/**
 * What documents can be read: the one list that detection, messages, `GET /api/limits`, the command line and the page's
 * file chooser share.
 */

export type FileKind =
  | "txt"
  | "md"
  | "html"
  | "pdf"
  | "docx"
  | "pptx"
  | "odt"
  | "odp"
  | "ods"
  | "rtf"
  | "epub"
  | "xlsx"
  | "csv"
  | "ipynb"
  | "image";

export interface DocumentFormat {
  kind: FileKind;
  name: string;
  /** Without the dot; the first is the usual one. */
  extensions: string[];
  mime_type: string;
}

const OOXML = "application/vnd.openxmlformats-officedocument.";
const ODF = "application/vnd.oasis.opendocument.";

function format(
  kind: FileKind,
  name: string,
  mime_type: string,
  ...extensions: string[]
): DocumentFormat {
  return { kind, name, extensions, mime_type };
}

export const DOCUMENT_FORMATS: readonly DocumentFormat[] = [
  format("pdf", "PDF", "application/pdf", "pdf"),
  format("docx", "Word document", `${OOXML}wordprocessingml.document`, "docx"),
  format(
    "docx",
    "Word document with macros",
    "application/vnd.ms-word.document.macroEnabled.12",
    "docm",
  ),
  format("docx", "Word template", `${OOXML}wordprocessingml.template`, "dotx"),
  format(
    "docx",
    "Word template with macros",
    "application/vnd.ms-word.template.macroEnabled.12",
    "dotm",
  ),
  format("pptx", "PowerPoint presentation", `${OOXML}presentationml.presentation`, "pptx"),
  format(
    "pptx",
    "PowerPoint presentation with macros",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "pptm",
  ),
  format("pptx", "PowerPoint show", `${OOXML}presentationml.slideshow`, "ppsx"),
  format(
    "pptx",
    "PowerPoint show with macros",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
    "ppsm",
  ),
  format("pptx", "PowerPoint template", `${OOXML}presentationml.template`, "potx"),
  format(
    "pptx",
    "PowerPoint template with macros",
    "application/vnd.ms-powerpoint.template.macroEnabled.12",
    "potm",
  ),
  format("xlsx", "Excel workbook", `${OOXML}spreadsheetml.sheet`, "xlsx"),
  format(
    "xlsx",
    "Excel workbook with macros",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xlsm",
  ),
  format("xlsx", "Excel template", `${OOXML}spreadsheetml.template`, "xltx"),
  format("odt", "OpenDocument text", `${ODF}text`, "odt"),
  format("odt", "OpenDocument text template", `${ODF}text-template`, "ott"),
  format("odp", "OpenDocument presentation", `${ODF}presentation`, "odp"),
  format("odp", "OpenDocument presentation template", `${ODF}presentation-template`, "otp"),
  format("ods", "OpenDocument spreadsheet", `${ODF}spreadsheet`, "ods"),
  format("ods", "OpenDocument spreadsheet template", `${ODF}spreadsheet-template`, "ots"),
  format("rtf", "Rich text", "application/rtf", "rtf"),
  format("epub", "E-book (EPUB)", "application/epub+zip", "epub"),
  format("html", "Web page", "text/html", "html", "htm"),
  format("html", "XHTML page", "application/xhtml+xml", "xhtml", "xht"),
  format("html", "Saved web page (MHTML)", "multipart/related", "mhtml", "mht"),
  format("md", "Markdown", "text/markdown", "md", "markdown"),
  format("txt", "Plain text", "text/plain", "txt", "text"),
  format("csv", "Table (CSV)", "text/csv", "csv"),
  format("csv", "Table (TSV)", "text/tab-separated-values", "tsv", "tab"),
  format("ipynb", "Jupyter notebook", "application/x-ipynb+json", "ipynb"),
  format("image", "Picture (JPEG)", "image/jpeg", "jpg", "jpeg"),
  format("image", "Picture (PNG)", "image/png", "png"),
  format("image", "Picture (WebP)", "image/webp", "webp"),
  format("image", "Picture (HEIC)", "image/heic", "heic", "heif"),
];

export const SUPPORTED =
  "Supported are PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), OpenDocument (.odt, " +
  ".odp, .ods), RTF, EPUB, Markdown, HTML, MHTML, CSV, Jupyter notebooks, plain text and " +
  "pictures (JPEG, PNG, WebP, HEIC).";

export function formatByExtension(extension: string): DocumentFormat | undefined {
  const plain = extension.replace(/^\./, "").toLowerCase();
  return DOCUMENT_FORMATS.find(({ extensions }) => extensions.includes(plain));
}

export function formatByMimeType(mimeType: string): DocumentFormat | undefined {
  return DOCUMENT_FORMATS.find(({ mime_type }) => mime_type === mimeType);
}

export function formatOf(kind: FileKind): DocumentFormat {
  return DOCUMENT_FORMATS.find((each) => each.kind === kind)!;
}
