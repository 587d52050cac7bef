/**
 * As much of protobuf (https://protobuf.dev/programming-guides/encoding/) as Anki's packages use: fields by number,
 * varints and bytes. The messages are those of https://github.com/ankitects/anki/tree/main/proto/anki (import_export,
 * notetypes).
 */
export interface Field {
  number: number;
  bytes: Buffer | undefined;
  value: number | undefined;
}

/** @throws RangeError when the bytes end within a field. */
export function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError("a varint without end");
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        fields.push({ number, value: varint(), bytes: undefined });
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (at + length > bytes.length) throw new RangeError("a field longer than its message");
        fields.push({ number, bytes: bytes.subarray(at, at + length), value: undefined });
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new RangeError("an unknown kind of field");
    }
  }
  return fields;
}

export function textField(bytes: Buffer, number: number) {
  return fieldsOf(bytes)
    .find((field) => field.number === number)
    ?.bytes?.toString("utf8");
}

export function numberField(bytes: Buffer, number: number) {
  return fieldsOf(bytes).find((field) => field.number === number)?.value;
}

/** MediaEntries { repeated MediaEntry entries = 1 }, MediaEntry { string name = 1; … }. */
export function readMediaEntries(bytes: Buffer): string[] {
  return fieldsOf(bytes).flatMap(({ number, bytes: entry }) =>
    number === 1 && entry ? [textField(entry, 1) ?? ""] : [],
  );
}
