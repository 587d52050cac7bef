import { readFile } from "node:fs/promises";
import mammoth from "mammoth";
import type { ParsedDocument } from "./contract.ts";
import { parseHtml } from "./html.ts";
import { unpack } from "./unpack.ts";

/** Word files through mammoth (https://github.com/mwilliamson/mammoth.js), which knows headings, lists and tables. */
export async function parseDocx(path: string): Promise<ParsedDocument> {
  // mammoth inflates without a bound; every part that it may read has to pass here first.
  await unpack(path, (name) => !name.startsWith("word/media/"));
  const { value } = await mammoth.convertToHtml(
    { buffer: await readFile(path) },
    {
      convertImage: mammoth.images.imgElement(async () => ({ src: "" })),
      externalFileAccess: false,
    },
  );
  return parseHtml(value);
}
