/** The process that parses one document: it is sent one request, answers, and is ended by its parent. */
import { readFile } from "node:fs/promises";
import { cleanText } from "./clean-text.ts";
import {
  MOST_CHARACTERS,
  type FromChild,
  type ParseRequest,
  type ParsedDocument,
} from "./contract.ts";

process.once("message", (request: ParseRequest) => void answer(request));
process.on("disconnect", () => process.exit());

async function answer(request: ParseRequest) {
  try {
    const document = await parse(request);
    if (document.content.length > MOST_CHARACTERS) {
      send({
        type: "failed",
        code: "file-too-large",
        message: "The text of this document is longer than 20 million characters.",
      });
    } else if (document.content.trim() === "") {
      send({
        type: "failed",
        code: "document-without-text",
        ...(document.page_count ? { message: onlyPictures(document) } : {}),
      });
    } else send({ type: "parsed", document });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "document-password" || code === "document-unreadable")
      send({ type: "failed", code, message });
    else send({ type: "failed", code: "document-unreadable" });
  }
}

async function parse({ path, kind }: ParseRequest): Promise<ParsedDocument> {
  switch (kind) {
    case "pdf":
      return (await import("./pdf.ts")).parsePdf(path, (fraction, recognising) =>
        send({ type: "progress", fraction, recognising }),
      );
    case "docx":
      return (await import("./docx.ts")).parseDocx(path);
    case "pptx":
      return (await import("./pptx.ts")).parsePptx(path);
    case "html":
      return (await import("./html.ts")).parseHtml(decodeText(await readFile(path)));
    case "md":
    case "txt": {
      const bytes = await readFile(path);
      const content = cleanText(decodeText(bytes));
      const { headingSections } = await import("./markdown.ts");
      return { content, sections: kind === "md" ? headingSections(content) : [] };
    }
  }
}

/** UTF-8 or UTF-16 by its mark, else UTF-8 if it is valid, else what Windows wrote for decades. */
function decodeText(bytes: Buffer) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function onlyPictures({ page_count }: ParsedDocument) {
  const pages =
    page_count === 1
      ? "The one page of this document is a picture"
      : `All ${page_count} pages of this document are pictures`;
  return `${pages} without text. Where tesseract is installed on the server, their text is read from the pictures; then try again.`;
}

function send(message: FromChild) {
  process.send?.(message);
}
