/**
 * Encodings by name, and bytes read as one of them: by the platform, or by iconv-lite for those that the WHATWG
 * standard leaves out.
 */
import iconv from "iconv-lite";

export function decodeAs(bytes: Uint8Array, encoding: string): string {
  if (encoding === "utf-32le" || encoding === "utf-32be" || !isKnown(encoding))
    return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), encoding);
  return new TextDecoder(encoding).decode(bytes);
}

function isKnown(encoding: string) {
  try {
    return new TextDecoder(encoding).encoding !== "replacement";
  } catch {
    return false;
  }
}

/**
 * The standard's name for a label in any spelling, such as `windows-1252` for `latin1`; undefined for an unknown one.
 */
export function encodingOfLabel(label: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(label.trim());
    return encoding === "replacement" ? undefined : encoding;
  } catch {
    return undefined;
  }
}
