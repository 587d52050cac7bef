import { existsSync, readFileSync } from "node:fs";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { ENCODINGS } from "#server/vocabulary.ts";
import { decodeText, textual } from "./decode-text.ts";
import { decodeAs } from "./encodings.ts";

/** One sentence or two in each language, as they stand in notes, and the encodings in which such notes are met. */
const TEXTS: [language: string, text: string, encodings: string[]][] = [
  [
    "de",
    "Die Größenordnung der Zelle. Über die Straße geht der Bär, süß und müde.",
    ["windows-1252", "macintosh", "iso-8859-15", "cp850"],
  ],
  [
    "fr",
    "La cellule végétale possède une paroi très épaisse, à côté du noyau. L'été, où ça pousse.",
    ["windows-1252", "macintosh", "cp850"],
  ],
  [
    "fr",
    "L’élève étudie l’énergie de l’atome – « où ça ? » à côté.",
    ["windows-1252", "macintosh"],
  ],
  [
    "es",
    "¿Qué es la fotosíntesis? La energía del sol mueve el corazón de la célula pequeña mañana.",
    ["windows-1252", "macintosh"],
  ],
  [
    "sv",
    "Växterna använder solljus för att göra socker. Åska över ön är ett fenomen på sjön.",
    ["windows-1252", "macintosh"],
  ],
  ["en", "The cell’s wall – it’s called “cellulose” – is rigid…", ["windows-1252", "macintosh"]],
  ["en", "We met in the café and talked about naïve Bayes.", ["windows-1252"]],
  ["en", "The water boils at 100 °C and the angle is ±5°.", ["windows-1252"]],
  [
    "cs",
    "Příliš žluťoučký kůň úpěl ďábelské ódy. Buňka má jádro a membránu, která ji chrání.",
    ["windows-1250", "iso-8859-2", "cp852", "maccenteuro"],
  ],
  [
    "pl",
    "Komórka ma jądro i błonę. Zażółć gęślą jaźń, proszę państwa, to jest ważne źródło.",
    ["windows-1250", "iso-8859-2", "cp852"],
  ],
  [
    "hu",
    "A növényi sejt fala cellulózból áll. Őszi árvíztűrő tükörfúrógép, nagyon fontos dolog.",
    ["windows-1250", "iso-8859-2"],
  ],
  [
    "hr",
    "Stanica ima jezgru i membranu. Životinjske stanice nemaju čvrstu stijenku, što je važno.",
    ["windows-1250", "iso-8859-2"],
  ],
  [
    "ru",
    "Фотосинтез происходит в хлоропластах. Вода и углекислый газ дают кислород.",
    ["windows-1251", "koi8-r", "cp866", "iso-8859-5", "maccyrillic"],
  ],
  [
    "uk",
    "Фотосинтез відбувається в хлоропластах. Вода і вуглекислий газ дають кисень, її життя.",
    ["windows-1251", "koi8-u"],
  ],
  [
    "bg",
    "Фотосинтезата протича в хлоропластите. Водата и въглеродният диоксид дават кислород.",
    ["windows-1251"],
  ],
  [
    "el",
    "Η φωτοσύνθεση γίνεται στους χλωροπλάστες. Το νερό και το διοξείδιο του άνθρακα.",
    ["windows-1253", "iso-8859-7"],
  ],
  [
    "tr",
    "Fotosentez kloroplastlarda gerçekleşir. Güneş ışığı şeker üretmek için kullanılır.",
    ["windows-1254", "iso-8859-9"],
  ],
  [
    "he",
    "הפוטוסינתזה מתרחשת בכלורופלסטים. המים והפחמן הדו חמצני הופכים לחמצן.",
    ["windows-1255", "iso-8859-8"],
  ],
  [
    "ar",
    "تحدث عملية البناء الضوئي في البلاستيدات الخضراء. الماء وثاني أكسيد الكربون.",
    ["windows-1256", "iso-8859-6"],
  ],
  [
    "lt",
    "Fotosintezė vyksta chloroplastuose. Augalai naudoja saulės šviesą, kad gamintų cukrų ąžuole.",
    ["windows-1257"],
  ],
  ["th", "การสังเคราะห์ด้วยแสงเกิดขึ้นในคลอโรพลาสต์ น้ำและคาร์บอนไดออกไซด์", ["windows-874"]],
  [
    "zh",
    "光合作用发生在叶绿体中。水和二氧化碳变成氧气和葡萄糖。",
    ["gbk", "gb18030", "utf-16le", "utf-16be"],
  ],
  ["zh", "光合作用發生在葉綠體中。水和二氧化碳變成氧氣和葡萄糖。", ["big5"]],
  [
    "ja",
    "光合成は葉緑体で行われます。水と二酸化炭素から酸素ができます。",
    ["shift_jis", "euc-jp", "utf-16le"],
  ],
  [
    "ko",
    "광합성은 엽록체에서 일어납니다. 물과 이산화탄소가 산소로 바뀝니다.",
    ["euc-kr", "utf-16le"],
  ],
];
const asCaptions = (text: string) => `1\r\n00:00:01,000 --> 00:00:04,000\r\n${text}\r\n\r\n`;
const cases = TEXTS.flatMap(([language, text, encodings]) =>
  encodings.map((encoding) => [language, encoding, text] as const),
);

it.each(cases)("reads %s in %s, as a text and as captions", (_language, encoding, text) => {
  for (const form of [text, asCaptions(text)]) {
    const bytes = iconv.encode(form, encoding);
    // What the encoding cannot hold is lost before we see it.
    const written = iconv.decode(bytes, encoding);
    expect(decodeText(bytes).text.normalize()).toBe(written.normalize());
  }
});

it("tells code pages apart by the letters that a language has", () => {
  const czech =
    "Všeobecné uznávání a účinné zachovávání lidských práv, že ťažký kůň šel přes řeku k žluté loďce.";
  for (const encoding of ["iso-8859-2", "windows-1250", "cp852"])
    expect(decodeText(iconv.encode(czech, encoding)).text).toBe(czech);
  for (const text of ["5 €", "ÖL", "Müller"])
    expect(decodeText(iconv.encode(text, "windows-1252"))).toMatchObject({
      text,
      encoding: "windows-1252",
    });
  expect(decodeText(Buffer.from("caf\x8e concepci\x97n", "latin1")).text).toBe("café concepción");
});

it("reads one cue of few words better where the language is known", () => {
  const bytes = iconv.encode(asCaptions("水分子被分解。"), "gbk");
  expect(decodeText(bytes, { language: "zh" }).text).toContain("水分子被分解。");
});

describe("UTF-8 and UTF-16", () => {
  it("obeys a byte order mark and leaves it out", () => {
    const text = "Größe und Übung 光合";
    for (const encoding of ["utf8", "utf-16le", "utf-16be", "utf-32le", "utf-32be"]) {
      const decoded = decodeText(iconv.encode(`\ufeff${text}`, encoding));
      expect(decoded).toMatchObject({ text, foundBy: "mark" });
    }
  });

  it("knows UTF-16 that lost its mark, and no NUL in other text for it", () => {
    for (const encoding of ["utf-16le", "utf-16be"])
      expect(decodeText(iconv.encode("Photosynthesis. Größe.", encoding))).toMatchObject({
        text: "Photosynthesis. Größe.",
        foundBy: "content",
      });
    expect(decodeText(Buffer.from("A nul\0byte inside.")).text).toBe("A nul\0byte inside.");
  });

  it("keeps UTF-8 when one byte of it is damaged, or the last character is cut off", () => {
    const bytes = Buffer.from("Die Größe und die Übung: Öl löst sich. Ende mit ä gut.");
    bytes[bytes.indexOf("löst") + 1] = 0xff;
    const { text, encoding } = decodeText(bytes);
    expect(encoding).toBe("utf-8");
    expect(text).toContain("Die Größe und die Übung: Öl l");
    expect(text).toContain("st sich. Ende mit ä gut.");
    expect(decodeText(Buffer.from("Größe und ä").subarray(0, -1)).encoding).toBe("utf-8");
  });

  it("keeps another encoding when one byte of it is damaged", () => {
    const bytes = iconv.encode(TEXTS.find(([language]) => language === "ja")![1], "shift_jis");
    bytes[20] = 0xff;
    expect(decodeText(bytes).text).toContain("水と二酸化炭素から酸素ができます。");
  });
});

describe("what is declared", () => {
  const russian = iconv.encode("<p>Лава.</p>", "windows-1251");
  it.each([
    ["the header", { contentType: "text/html; charset=windows-1251" }, ""],
    ["<meta charset>", { markup: true }, '<meta charset="windows-1251">'],
    [
      "<meta http-equiv>",
      { markup: true },
      '<meta http-equiv=content-type content="text/html; charset=cp1251">',
    ],
    ["the XML declaration", { markup: true }, '<?xml version="1.0" encoding="windows-1251"?>'],
  ])("is obeyed: %s", (_name, hints, head) => {
    const decoded = decodeText(Buffer.concat([Buffer.from(head), russian]), hints);
    expect(decoded).toMatchObject({ encoding: "windows-1251", foundBy: "declared" });
    expect(decoded.text).toContain("Лава.");
  });

  it("is not believed where the text proves it wrong", () => {
    const utf8 = Buffer.from("<meta charset=iso-8859-1><p>Größe und Übung</p>");
    expect(decodeText(utf8, { markup: true }).text).toContain("Größe und Übung");
    const latin = iconv.encode(
      "<meta charset=utf-8><p>Größe und Übung der Zelle</p>",
      "windows-1252",
    );
    expect(decodeText(latin, { markup: true }).text).toContain("Größe und Übung der Zelle");
  });

  it("is not looked for in comments, nor in plain text", () => {
    const text = '<!-- <meta charset="big5"> --> naïve café';
    expect(decodeText(iconv.encode(text, "latin1"), { markup: true }).encoding).toBe(
      "windows-1252",
    );
  });
});

it("obeys what the student chose", () => {
  const bytes = iconv.encode("Příliš žluťoučký kůň", "iso-8859-2");
  expect(decodeText(bytes, { chosen: "iso-8859-2" })).toMatchObject({
    text: "Příliš žluťoučký kůň",
    foundBy: "student",
  });
  for (const encoding of ENCODINGS) expect(decodeAs(Buffer.from("abc "), encoding)).not.toBe("");
});

it("tells text from files of another kind", () => {
  expect(textual(decodeText(Buffer.from("Ordinary text.\nTwo lines.")).text)).toBe(true);
  const picture = Buffer.from(
    Array.from({ length: 4000 }, (_, at) => (at * 7919 + ((at * at) >> 3)) & 255),
  );
  expect(textual(decodeText(picture).text)).toBe(false);
});

it("takes time that grows with the text and not faster", () => {
  const line = iconv.encode("Die Größenordnung über die Straße.\n", "windows-1252");
  const text = Buffer.concat(Array.from({ length: 200_000 }, () => line));
  expect(decodeText(text).encoding).toBe("windows-1252");
});

const shared = "../shared/inputs/text";
it.runIf(existsSync(shared))("reads the shared files", () => {
  const read = (name: string) => decodeText(readFileSync(`${shared}/${name}`));
  expect(read("gbk.txt").text).toContain("光合作用发生在叶绿体中。");
  expect(read("mac-roman.txt").text).toContain("possède une paroi très épaisse");
  expect(read("windows-1250.txt").text).toContain("Příliš žluťoučký kůň úpěl ďábelské ódy.");
  expect(read("utf16le-no-bom.txt").text).toContain("Größe.");
  expect(read("utf8-one-bad-byte.txt").text).toContain("Ätherisches Öl");
});
