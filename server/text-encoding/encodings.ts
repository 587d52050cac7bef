/** Encodings by name, and bytes read as one of them: by the platform, or by iconv-lite for those that the WHATWG standard leaves out. */
import iconv from "iconv-lite";

/** Those that a student can choose, the usual ones of each script. */
export const ENCODINGS =
  "utf-8 utf-16le utf-16be windows-1252 iso-8859-15 macintosh cp437 cp850 windows-1250 iso-8859-2 maccenteuro cp852 windows-1257 iso-8859-13 windows-1254 windows-1258 windows-1251 koi8-r koi8-u ibm866 iso-8859-5 x-mac-cyrillic windows-1253 iso-8859-7 windows-1255 iso-8859-8 windows-1256 iso-8859-6 windows-874 gb18030 big5 shift_jis euc-jp iso-2022-jp euc-kr".split(
    " ",
  );

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

/** The standard's name for a label in any spelling, such as `windows-1252` for `latin1`; undefined for an unknown one. */
export function encodingOfLabel(label: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(label.trim());
    return encoding === "replacement" ? undefined : encoding;
  } catch {
    return undefined;
  }
}
