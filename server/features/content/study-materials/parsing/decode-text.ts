/** Bytes of a page or a text as characters: a byte order mark, then what is declared, then UTF-8, then what Windows wrote. */

/** @param declared by whoever sent it, such as a Content-Type. */
export function decodeText(bytes: Buffer, declared?: string): string {
  const marked = byMark(bytes);
  for (const label of [marked, declared]) {
    const decoder = label ? decoderFor(label) : undefined;
    if (decoder) return decoder.decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A page says itself what it is written in (HTML, section 13.2.3.2; XML 1.0, appendix F). */
export function decodePage(bytes: Buffer, declared?: string): string {
  return decodeText(bytes, declared ?? declaredInPage(bytes));
}

function declaredInPage(bytes: Buffer): string | undefined {
  const head = bytes.toString("latin1", 0, 8192).replace(/<!--[\s\S]*?-->/g, "");
  const found =
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)/i.exec(head)?.[1] ??
    /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head)?.[1];
  // It was read as bytes of one each, so it is not what it says.
  return found && /^utf-?(?:16|32)|^ucs-?[24]/i.test(found) ? undefined : found;
}

function byMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  const nulls = (from: number) => {
    let count = 0;
    for (let i = from; i < Math.min(bytes.length, 400); i += 2) if (bytes[i] === 0) count += 1;
    return count / (Math.min(bytes.length, 400) / 2);
  };
  if (nulls(1) > 0.6 && nulls(0) < 0.2) return "utf-16le";
  if (nulls(0) > 0.6 && nulls(1) < 0.2) return "utf-16be";
  return undefined;
}

function decoderFor(label: string) {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
