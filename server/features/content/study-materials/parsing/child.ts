/** The process that parses one document: it is sent one request, answers, and is ended by its parent. */
import { readFile } from "node:fs/promises";
import { decodeText, type DecodedText } from "#server/text-encoding/decode-text.ts";
import { cleanText } from "./clean-text.ts";
import {
  MOST_CHARACTERS,
  MOST_SECTIONS,
  type FromChild,
  type ParseRequest,
  type ParsedDocument,
} from "./contract.ts";
import { isMhtml, pagesOf } from "./mhtml.ts";

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
    } else if (document.content.trim() === "" && request.kind !== "image") {
      const { page_count } = document;
      send({
        type: "failed",
        code: "document-without-text",
        ...(page_count ? { message: await onlyPictures(page_count) } : {}),
      });
    } else {
      const sections = document.sections.slice(0, MOST_SECTIONS);
      send({ type: "parsed", document: { ...document, sections } });
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (
      code === "document-password" ||
      code === "document-unreadable" ||
      code === "document-without-text"
    )
      send({ type: "failed", code, message });
    else send({ type: "failed", code: "document-unreadable" });
  }
}

async function parse(request: ParseRequest): Promise<ParsedDocument> {
  const { path, kind } = request;
  switch (kind) {
    case "pdf":
      return (await import("./pdf.ts")).parsePdf(path, request.language, (fraction, recognising) =>
        send({ type: "progress", fraction, recognising }),
      );
    case "docx":
      return (await import("./docx.ts")).parseDocx(path);
    case "pptx":
      return (await import("./pptx.ts")).parsePptx(path);
    case "odt":
    case "odp":
    case "ods":
    case "rtf":
      return (await import("./office-library.ts")).parseOfficeFile(path, kind);
    case "xlsx":
      return (await import("./xlsx.ts")).parseXlsx(path);
    case "epub":
      return (await import("./epub.ts")).parseEpub(path);
    case "html":
      return parsePages(await readFile(path), request);
    case "csv":
      return readAs(await decode(request), (await import("./csv.ts")).parseCsv);
    case "ipynb":
      return readAs(await decode(request), (await import("./ipynb.ts")).parseNotebook);
    case "image": {
      const { convertPicture, parsePicture } = await import("./picture.ts");
      if (request.convertTo === undefined)
        return parsePicture(path, request.language, (fraction) =>
          send({ type: "progress", fraction, recognising: true }),
        );
      await convertPicture(path, request.convertTo);
      return { content: "", sections: [] };
    }
    case "md":
    case "txt": {
      const { headingSections } = await import("./markdown.ts");
      return readAs(await decode(request), (text) => {
        const content = cleanText(text);
        return { content, sections: kind === "md" ? headingSections(content) : [] };
      });
    }
  }
}

async function decode(request: ParseRequest) {
  return decodeText(await readFile(request.path), hintsOf(request));
}

function hintsOf({ encoding, charset, language }: ParseRequest) {
  return {
    chosen: encoding,
    contentType: charset && `text/plain; charset=${charset}`,
    language,
  };
}

function readAs(
  { text, encoding, foundBy }: DecodedText,
  read: (text: string) => ParsedDocument,
): ParsedDocument {
  return { ...read(text), text_encoding: encoding, text_encoding_found_by: foundBy };
}

/** A page, or the page and the frames that were saved in one file. */
async function parsePages(bytes: Buffer, request: ParseRequest): Promise<ParsedDocument> {
  const { parseHtml } = await import("./html.ts");
  const options = { web: request.web ?? false };
  const read = (page: Buffer, charset: string | undefined) =>
    readAs(
      decodeText(page, { ...hintsOf({ ...request, ...(charset && { charset }) }), markup: true }),
      (text) => parseHtml(text, options),
    );
  if (!isMhtml(bytes.toString("latin1", 0, 4096))) return read(bytes, undefined);
  const [page, ...frames] = pagesOf(bytes).map((saved) => read(saved.bytes, saved.charset));
  return frames.reduce((whole, frame) => append(whole, frame), page!);
}

function append(whole: ParsedDocument, frame: ParsedDocument): ParsedDocument {
  if (frame.content === "") return whole;
  const offset = whole.content === "" ? 0 : whole.content.length + 2;
  return {
    ...whole,
    content: whole.content === "" ? frame.content : `${whole.content}\n\n${frame.content}`,
    sections: [
      ...whole.sections,
      ...frame.sections.map((section) => ({
        ...section,
        start_offset: section.start_offset + offset,
        end_offset: section.end_offset + offset,
      })),
    ],
  };
}

async function onlyPictures(page_count: number) {
  const { pictureLanguages } = await import("./picture-languages.ts");
  const names = new Intl.DisplayNames("en", { type: "language" });
  const languages = (await pictureLanguages()).map((one) => names.of(one)).join(", ");
  const pages =
    page_count === 1
      ? "The one page of this document has no text that can be read"
      : `All ${page_count} pages of this document are without text that can be read`;
  return (
    `${pages}, and none was recognised in their pictures. Recognised here: ${languages}; where ` +
    "tesseract is installed on the server, its languages are. A clearer scan helps too."
  );
}

function send(message: FromChild) {
  process.send?.(message);
}
