/**
 * What officeparser does not know of RTF (specification 1.9.1), written otherwise before it reads the file: signs by
 * name, and hidden text.
 */

/** Special characters. `-` is where a word may be divided. */
const SIGNS: Record<string, number | undefined> = {
  emdash: 0x2014,
  endash: 0x2013,
  lquote: 0x2018,
  rquote: 0x2019,
  ldblquote: 0x201c,
  rdblquote: 0x201d,
  bullet: 0x2022,
  emspace: 0x20,
  enspace: 0x20,
  qmspace: 0x20,
  "~": 0xa0,
  _: 0x2d,
  "-": undefined,
};

/** A control word with its number, a control sign, an escaped byte, a brace, or a piece of text. */
const TOKEN = /\\([a-z]+)(-?\d+)?[ ]?|\\'[0-9a-f]{2}|\\([^a-z'])|[{}]|[^\\{}]+|\\/gi;

export function knownToLibrary(file: Buffer): Buffer {
  const rtf = file.toString("latin1");
  const hidden: boolean[] = [false];
  let isHidden = false;
  let out = "";
  for (const match of rtf.matchAll(TOKEN)) {
    const [token, word, number, sign] = match;
    if (token === "{") hidden.push(isHidden);
    else if (token === "}") isHidden = hidden.length > 1 ? hidden.pop()! : isHidden;
    else if (word === "v") {
      isHidden = number !== "0";
      continue;
    } else if (word === "plain") isHidden = false;
    else if (isHidden && (!word || word === "u")) continue;
    const name = word ?? sign;
    if (name !== undefined && Object.hasOwn(SIGNS, name)) {
      const code = SIGNS[name];
      // The number of letters that follow for older readers ends with its group.
      if (!isHidden && code !== undefined) out += `{\\uc0\\u${code} }`;
    } else out += token;
  }
  return Buffer.from(out, "latin1");
}
