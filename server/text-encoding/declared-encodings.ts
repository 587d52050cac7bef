/**
 * What a text or whoever sent it says about its encoding, in the order of the HTML standard: header, XML declaration,
 * `<meta>`. https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
 */
import { encodingOfLabel } from "./encodings.ts";

/** The standard looks at 1024 bytes; pages with long scripts before their `<meta>` are met all the same. */
const HEAD = 16_384;

/** Names that browsers know; others are left out. */
export function declaredEncodings(
  bytes: Uint8Array,
  hints: { contentType?: string | undefined; markup?: boolean },
): string[] {
  const labels: (string | undefined)[] = [
    /;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(hints.contentType ?? "")?.[1],
  ];
  if (hints.markup) {
    const head = Buffer.from(bytes.subarray(0, HEAD))
      .toString("latin1")
      .replace(/<!--[^]*?(?:-->|$)/g, "");
    labels.push(/^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]+)["']/i.exec(head)?.[1]);
    for (const [tag] of head.matchAll(/<meta\s[^>]*>/gi))
      labels.push(/\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(tag)?.[1]);
  }
  return labels.flatMap((label) => {
    const encoding = label && encodingOfLabel(label);
    // Bytes in which this declaration can be read are no UTF-16.
    if (encoding?.startsWith("utf-16")) return ["utf-8"];
    return encoding ? [encoding] : [];
  });
}
