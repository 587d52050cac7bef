import { z } from "@hono/zod-openapi";

/** How it was decided which encoding a text has; see decode-text.ts. */
export const foundBy = z.enum(["student", "mark", "declared", "content", "guess"]);

/** Those that a student can choose, by script: all, Western, Central European, Baltic, Turkish, Vietnamese, Cyrillic, Greek, and on to the east. */
export const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "iso-8859-15",
  "macintosh",
  "cp437",
  "cp850",
  "windows-1250",
  "iso-8859-2",
  "maccenteuro",
  "cp852",
  "windows-1257",
  "iso-8859-13",
  "windows-1254",
  "windows-1258",
  "windows-1251",
  "koi8-r",
  "koi8-u",
  "ibm866",
  "iso-8859-5",
  "x-mac-cyrillic",
  "windows-1253",
  "iso-8859-7",
  "windows-1255",
  "iso-8859-8",
  "windows-1256",
  "iso-8859-6",
  "windows-874",
  "gb18030",
  "big5",
  "shift_jis",
  "euc-jp",
  "iso-2022-jp",
  "euc-kr",
] as const;
