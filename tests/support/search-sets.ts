/**
 * Searches with what a right product gives: a small set of the repository's own, and the shared one where it is
 * present.
 */
import { existsSync, readFileSync } from "node:fs";

export interface SearchSet {
  kind: string;
  note: { title: string; content: string };
  others?: { title: string; content: string }[];
  queries: { q: string; finds: boolean }[];
  /** Found among the titles. */
  titles?: boolean;
}

const SHARED = new URL("../../../shared/inputs/", import.meta.url);

/** A list of the shared folder; empty in a clone that has none. */
export function readShared<T>(name: string): T[] {
  const path = new URL(name, SHARED);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T[]) : [];
}

const finds = (...queries: string[]) => queries.map((q) => ({ q, finds: true }));
const misses = (...queries: string[]) => queries.map((q) => ({ q, finds: false }));

export const OWN_SETS: SearchSet[] = [
  {
    kind: "apostrophes and long dashes",
    note: {
      title: "IT",
      content: "L’acqua dell’oceano—così profonda—copre “quasi” tutto… ‹l’isola›",
    },
    queries: [
      ...finds("acqua", "oceano", "dell'oceano", "cosi", "quasi", "isola"),
      ...misses("vulcano"),
    ],
  },
  {
    kind: "joined words",
    note: {
      title: "PATHS",
      content:
        "Open src/main.rs,then read-only mode:see www.example.net/heat_pumps or write to " +
        "kim@lab.example.net.End here.Begin there.",
    },
    queries: finds(
      "main.rs",
      "src",
      "readonly",
      "read-only",
      "heat",
      "heat_pumps",
      "kim",
      "lab.example.net",
      "begin",
      "end",
    ),
  },
  {
    kind: "letters with points and hyphens",
    note: { title: "ABBR", content: "The U.S.A. met COVID-19 with an F-16, e.g. in 2020." },
    queries: finds("USA", "U.S.A.", "usa", "covid19", "COVID-19", "f16", "F-16"),
  },
  {
    kind: "letters with points and hyphens",
    note: { title: "NAME", content: "Write to O’Brien: his E-Mail-Adresse is in the col·lecció." },
    queries: finds("obrien", "O'Brien", "email", "emailadresse", "colleccio", "col·lecció"),
  },
  {
    kind: "figures",
    note: {
      title: "NUM",
      content: "It cost 12,500 crowns in ١٩٢٥, that is 3.75 each; see note² and x³.",
    },
    queries: finds("12500", "12,500", "1925", "3.75", "3,75", "note", "x3", "x³"),
  },
  {
    kind: "figures",
    note: { title: "NUM2", content: "The town has 1000 lamps, and 25 000 people." },
    others: [{ title: "NUM3", content: "The town has 10 lamps and 100 people." }],
    queries: [...finds("1,000", "1.000", "1'000", "1000", "1,000 lamps"), ...misses("1,0000")],
  },
  {
    kind: "figures",
    note: { title: "NUM4", content: "The tower weighs 1,000 tons." },
    others: [{ title: "NUM5", content: "The tower weighs 100 tons." }],
    queries: [...finds("1000", "1000 tons", "1.000"), ...misses("10000")],
  },
  {
    kind: "full width and ligatures",
    note: { title: "WIDE", content: "Ｔｈｅ ﬁrst ＤＮＡ ｆｏｒｍ, ﾃﾞｰﾀ" },
    queries: finds("first", "dna", "form", "データ"),
  },
  {
    kind: "signs of a name",
    note: { title: "F#", content: "F# compiles to the same code." },
    others: [
      { title: "F", content: "F is a letter. F, F and F." },
      { title: "F++", content: "F++ is made up. F++ again." },
    ],
    queries: finds("F#", "f# code"),
  },
  {
    kind: "scripts without spaces",
    note: { title: "TH", content: "เซลล์สร้างพลังงานจากแสง" },
    others: [{ title: "TH2", content: "วันนี้ฝนตกหนักมาก" }],
    queries: finds("เซลล์", "พลังงาน", '"พลังงานจากแสง"', "แสง"),
  },
  {
    kind: "scripts without spaces",
    note: { title: "LO", content: "ພືດໃຊ້ແສງຕາເວັນ" },
    queries: finds("ແສງ", "ພືດ"),
  },
  {
    kind: "scripts without spaces",
    note: { title: "KM", content: "រុក្ខជាតិប្រើពន្លឺព្រះអាទិត្យ" },
    queries: finds("រុក្ខជាតិ", "ពន្លឺ"),
  },
  {
    kind: "scripts without spaces",
    note: { title: "MY", content: "အပင်များသည် နေရောင်ခြည်ကို သုံးသည်" },
    queries: finds("အပင်", "နေရောင်ခြည်"),
  },
  {
    kind: "Korean particles",
    note: { title: "KO", content: "세포막은 물질을 운반하고, 핵에는 염색체가 있다." },
    others: [{ title: "KO2", content: "학교에서 친구를 만났다." }],
    queries: finds("세포막", "물질", "염색체", "핵", "세포막이란?"),
  },
  {
    kind: "one letter",
    note: { title: "ZH", content: "火山喷出岩浆。" },
    others: [{ title: "ZH2", content: "天气很好。" }],
    queries: [...finds("火", "岩浆", "『火山』"), ...misses("海")],
  },
  {
    kind: "only small words",
    note: { title: "IF", content: "The poem If is by him. We are what we are." },
    others: [{ title: "IF2", content: "Iron rusts in water." }],
    queries: [...finds("we are what we are", '"what we are"'), ...misses('"are we what"')],
  },
  {
    kind: "accents",
    note: { title: "ES", content: "El corazón del pingüino bombea sangre año tras año." },
    others: [{ title: "ES2", content: "La raíz bebe agua." }],
    queries: finds("corazon", "CORAZÓN", "pinguino", "ano", "año"),
  },
  {
    kind: "parts of a compound",
    note: {
      title: "DE",
      content:
        "Das ist für die Entwicklungsländer neu, und das Bundesverfassungsgericht sieht die Muskelzellen nicht.",
    },
    others: [
      {
        title: "DE2",
        content: "Der Apparat der Kaiserin steht seit einem Monat in der Werkstatt.",
      },
    ],
    queries: [
      ...finds("Land", "Entwicklung", "Zelle", "Zellen", "Muskel", "Gericht", "Verfassung"),
      ...finds("Verfassungsgericht"),
      ...misses("Rat", '"Land"', '"Zelle"', "Ort"),
    ],
  },
  {
    kind: "compounds that a hyphen leaves open",
    note: {
      title: "DE3",
      content:
        "Die Menschen- und Bürgerrechte von 1789 hatten Vor- und Nachteile. Die " +
        "Wirtschafts-, Rechts- und Sozialwissenschaften lehren Bürgerrechte und -pflichten.",
    },
    others: [
      { title: "DE4", content: "Der Mensch hat das Recht auf seinen Anteil, und die Pflicht." },
    ],
    queries: [
      ...finds("Menschenrechte", "Bürgerrechte", "Vorteil", "Nachteil", '"Menschenrechte"'),
      ...finds("Wirtschaftswissenschaften", '"Rechtswissenschaft"', '"Bürgerpflichten"'),
      ...misses('"Menschenpflichten"', '"Nachrechte"'),
    ],
  },
  {
    kind: "compounds that a hyphen leaves open",
    note: { title: "NL3", content: "De in- en uitvoer van spier- en zenuwcellen is laag." },
    queries: finds('"invoer"', '"spiercellen"', "uitvoer"),
  },
  {
    kind: "parts of a compound",
    note: {
      title: "NL",
      content: "De spiercellen van het ontwikkelingsland zijn op het schoolplein.",
    },
    queries: finds("land", "ontwikkeling", "plein", "school"),
  },
  {
    kind: "parts of a compound",
    note: {
      title: "SV",
      content: "Det är en muskelcell i ett utvecklingsland och det har ett blodtryck.",
    },
    queries: finds("cell", "land", "muskel", "tryck"),
  },
  {
    kind: "typing errors",
    note: { title: "EL", content: "Τα μιτοχόνδρια παράγουν ενέργεια." },
    others: [{ title: "EL2", content: "Ο καιρός είναι καλός." }],
    queries: finds("μιτοχονδρια", "μιτοχόντρια", "ενέργια"),
  },
  {
    kind: "operators",
    note: { title: "LIM", content: "The epilimnion is the warm layer of a lake." },
    others: [{ title: "HYP", content: "The hypolimnion is the cold layer of a lake." }],
    queries: [
      ...finds("epilim*", "lake -hypolimnion", "layer -cold"),
      ...misses("lake -epilimnion"),
    ],
  },
  {
    kind: "titles",
    note: { title: "Größenordnungen: «Übersicht»", content: "nothing here" },
    queries: finds("grossenordnungen", "Übersicht", "Grö\u0308ßenordnungen"),
    titles: true,
  },
];
