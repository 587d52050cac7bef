/** A page saved as one file (MHTML, RFC 2557): a mail whose parts are the page, its frames, styles and pictures. */
import { Refused } from "./refuse.ts";

export interface SavedPage {
  bytes: Buffer;
  charset: string | undefined;
}

interface Part {
  headers: Map<string, string>;
  body: Buffer;
}

const MOST_NESTED = 5;

export function isMhtml(head: string) {
  return (
    /^(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){1,40}/.test(head) &&
    /^MIME-Version:/im.test(head) &&
    /^Content-Type:\s*(?:multipart\/(?:related|mixed|alternative)|text\/html)/im.test(head)
  );
}

/** The page and its frames, in the order of the file. */
export function pagesOf(file: Buffer): SavedPage[] {
  const pages = htmlParts(splitHeaders(file), 0).map(({ headers, body }) => ({
    bytes: decodeBody(body, headers.get("content-transfer-encoding") ?? ""),
    charset: parameter(headers.get("content-type") ?? "", "charset"),
  }));
  if (pages.length === 0)
    throw new Refused(
      "document-without-text",
      "This saved web archive (MHTML) holds no page. Save the page again as HTML.",
    );
  return pages;
}

function htmlParts(part: Part, depth: number): Part[] {
  const type = part.headers.get("content-type") ?? "text/plain";
  if (/^(?:text\/html|application\/xhtml\+xml)\b/i.test(type)) return [part];
  const boundary = /^multipart\//i.test(type) ? parameter(type, "boundary") : undefined;
  if (!boundary || depth >= MOST_NESTED) return [];
  return splitBody(part.body, boundary).flatMap((each) => htmlParts(splitHeaders(each), depth + 1));
}

function splitHeaders(bytes: Buffer): Part {
  const blank = /\r?\n\r?\n/.exec(bytes.toString("latin1", 0, 64 * 1024));
  const end = blank ? blank.index : bytes.length;
  const headers = new Map<string, string>();
  for (const line of bytes
    .toString("latin1", 0, end)
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0)
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: blank ? bytes.subarray(end + blank[0].length) : Buffer.alloc(0) };
}

function splitBody(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, "latin1");
  const parts: Buffer[] = [];
  let start: number | undefined;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    if (start !== undefined) parts.push(body.subarray(start, at));
    const line = body.indexOf(10, at + mark.length);
    start = line < 0 ? body.length : line + 1;
    if (body[at + mark.length] === 0x2d && body[at + mark.length + 1] === 0x2d) start = undefined;
  }
  if (start !== undefined) parts.push(body.subarray(start));
  return parts;
}

function decodeBody(body: Buffer, encoding: string): Buffer {
  if (/base64/i.test(encoding)) return Buffer.from(body.toString("latin1"), "base64");
  if (!/quoted-printable/i.test(encoding)) return body;
  return Buffer.from(
    body
      .toString("latin1")
      .replace(/=[ \t]*\r?\n/g, "")
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    "latin1",
  );
}

function parameter(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, "i").exec(value);
  return found ? (found[1] ?? found[2]) : undefined;
}
