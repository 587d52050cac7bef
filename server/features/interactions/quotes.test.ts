/** The tutor without a language model through the door: kinds of questions, languages, what it does not know. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { attributeAskedFor } from "./attributes.ts";
import { definingPattern, expansionIn } from "./definitions.ts";
import { readQuestion } from "./read-question.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

interface Note {
  title: string;
  content: string;
}
interface Case {
  kind: string;
  note: Note;
  others: Note[];
  asks: { q: string; cites: string | null }[];
}

const SHARED = new URL("../../../../shared/inputs/tutor.json", import.meta.url);

describe.runIf(existsSync(SHARED))("questions that people ask", async () => {
  const cases = existsSync(SHARED) ? (JSON.parse(await readFile(SHARED, "utf8")) as Case[]) : [];
  it.each(cases)("$kind", async ({ note, others, asks }) => {
    const tutor = await begin([...others, note]);
    const wrong: string[] = [];
    for (const { q, cites } of asks) {
      const { quotes } = await tutor.ask(q);
      if (cites === null ? quotes.length > 0 : !quotes.some((quote) => quote.includes(cites)))
        wrong.push(`${q} -> ${quotes.join(" | ")}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("a student's first note", () => {
  it.each([
    [
      "In which year was Harvard founded?",
      "Harvard was founded in 1636 by a vote of the colony.",
      "1636",
    ],
    [
      "Wann wurde die Universität Heidelberg gegründet?",
      "Die Universität Heidelberg wurde am 18. Oktober 1386 gegründet.",
      "18. Oktober 1386",
    ],
    [
      "¿Cuándo se fundó la Universidad de Salamanca?",
      "La Universidad de Salamanca se fundó en 1218.",
      "1218",
    ],
    [
      "En quelle année fut fondée la Sorbonne ?",
      "La Sorbonne fut fondée en 1253 par Robert de Sorbon.",
      "1253",
    ],
    [
      "Quando fu fondata l'Università di Bologna?",
      "L'Università di Bologna fu fondata nel 1088.",
      "1088",
    ],
    [
      "Wanneer werd de universiteit van Leiden opgericht?",
      "De universiteit van Leiden werd in 1575 opgericht.",
      "1575",
    ],
  ])("answers: %s", async (question, content, short) => {
    const tutor = await begin([{ title: "First note", content }]);
    const { body, quotes } = await tutor.ask(question);
    expect(quotes[0]).toBe(content);
    expect(body.content).toMatch(new RegExp(`^\\*\\*${short}\\*\\* \\[1\\]\n\n“`));
    expect(body.content).toContain(`**${short}**`);
    expect((await tutor.ask("Who is the president of France?")).quotes).toEqual([]);
  });
});

const CELLS = {
  title: "Cell biology",
  content: `# Organelles

The nucleus stores the DNA of the cell. Mitochondria make ATP, because the cell needs energy for its work.

# Mitosis

Mitosis has four stages:
- prophase
- metaphase
- anaphase
- telophase

In prophase the chromosomes condense.

# Meiosis

Meiosis makes four cells with half of the chromosomes, whereas mitosis makes two equal cells.`,
};
const GERMAN = {
  title: "Zellbiologie",
  content:
    "Der Zellkern wurde 1831 von Robert Brown beschrieben. Die Mitose hat vier Phasen. Der " +
    "Golgi-Apparat wurde am 3. April 1898 beschrieben.",
};

describe("over several notes", () => {
  const ask = async (question: string) => (await begin([CELLS, GERMAN])).ask(question);

  it("gives a list whole", async () => {
    const { quotes, body } = await ask("List the stages of mitosis");
    const list = "Mitosis has four stages:\n- prophase\n- metaphase\n- anaphase\n- telophase";
    expect(quotes[0]).toBe(list);
    expect(body.content).toContain(`“${list}” [1]`);
  });

  it("says why", async () => {
    expect((await ask("Why do mitochondria make ATP?")).quotes[0]).toMatch(
      /because the cell needs/,
    );
  });

  it("shows both sides of a comparison", async () => {
    expect((await ask("What is the difference between mitosis and meiosis?")).quotes[0]).toMatch(
      /whereas mitosis/,
    );
  });

  it("does not cut a German date at its point", async () => {
    const { quotes, body } = await ask("Wann wurde der Golgi-Apparat beschrieben?");
    expect(quotes[0]).toMatch(/am 3\. April 1898 beschrieben\.$/);
    expect(body.content).toMatch(/^\*\*3\. April 1898\*\*/);
  });

  it("answers several questions in one, each under its own words", async () => {
    const { body, quotes } = await ask("What does the nucleus store? Who was Robert Brown?");
    expect(body.content).toMatch(
      /\*\*What does the nucleus store\?\*\*\n\n[^]*DNA[^]*\*\*Who was Robert Brown\?\*\*/,
    );
    expect(quotes.join()).toMatch(/Robert Brown/);
    expect(body.citations.map(({ number }: any) => number)).toEqual(quotes.map((_, i) => i + 1));
  });

  it("says that the materials are in another language", async () => {
    const { body, quotes } = await ask("Who was Robert Brown?");
    expect(quotes[0]).toMatch(/Robert Brown/);
    expect(body.content).toMatch(/another language \(German\)/);
  });

  it.each([
    "How heavy is the nucleus?",
    "When was the nucleus discovered by Schleiden?",
    "What is the capital of France?",
    "Wie schwer ist der Mond?",
    "¿Cuál es la capital de Francia?",
  ])("does not know: %s", async (question) => {
    expect((await ask(question)).quotes).toEqual([]);
  });

  it("does not answer a question for a measure with another one, in any language", async () => {
    const tutor = await begin([
      {
        title: "Cells",
        content:
          "The nucleus is the largest part of the cell and stores its DNA. It has a double " +
          "membrane. A human egg cell weighs 3.6 micrograms. The tower of the observatory is " +
          "56 metres high.",
      },
      {
        title: "Zellen",
        content: "Der Zellkern speichert die DNA der Zelle und hat zwei Membranen.",
      },
    ]);
    for (const question of [
      "How heavy is the nucleus?",
      "How old is the nucleus of a cell?",
      "Wie schwer ist der Zellkern?",
      "How expensive is the tower of the observatory?",
    ])
      expect([question, (await tutor.ask(question)).quotes]).toEqual([question, []]);
    for (const [question, quote] of [
      ["How heavy is a human egg cell?", "A human egg cell weighs 3.6 microgram"],
      [
        "How high is the tower of the observatory?",
        "The tower of the observatory is 56 metres high.",
      ],
    ] as const)
      expect((await tutor.ask(question)).quotes[0]).toContain(quote);
  });

  it("greets back, and quotes nothing", async () => {
    const { body, quotes } = await ask("hi");
    expect(quotes).toEqual([]);
    expect(body.content).toMatch(/^Hello!/);
    expect((await ask("Guten Tag!")).body.content).toMatch(/^Hallo!/);
  });

  it("answers what a note is called, though its text does not say so again", async () => {
    const tutor = await begin([
      {
        title: "Osmosis",
        content: "Movement of water through a membrane, from low to high concentration.",
      },
      CELLS,
    ]);
    expect((await tutor.ask("What is osmosis?")).quotes[0]).toMatch(/^Movement of water/);
  });
});

it("two notes that contradict each other are both shown, and it says so", async () => {
  const tutor = await begin([
    { title: "Lecture 1", content: "The battle of Hastings took place in 1066." },
    { title: "Lecture 9", content: "The battle of Hastings took place in 1067." },
    CELLS,
  ]);
  const { body, quotes } = await tutor.ask("When did the battle of Hastings take place?");
  expect(quotes.slice(0, 2).join()).toMatch(/1066.*1067|1067.*1066/);
  expect(body.content).toMatch(/^Your materials do not agree/);
});

it("summarises the source that is named, and no other", async () => {
  const tutor = await begin([
    {
      title: "Lecture 02: Osmosis",
      content:
        "Osmosis moves water through a membrane that lets only water pass. Water goes to the " +
        "side with more salt. Plants drink water by osmosis in their roots. In the kidneys " +
        "osmosis brings water back into the blood.",
    },
    { title: "Lecture 3: Cells", content: CELLS.content },
  ]);
  const { body, quotes } = await tutor.ask("Summarise lecture 2");
  expect(quotes.length).toBeGreaterThan(2);
  expect(new Set(body.citations.map(({ source }: any) => source.title))).toEqual(
    new Set(["Lecture 02: Osmosis"]),
  );
  expect((await tutor.ask("Summarise lecture 7")).body.content).toMatch(/no material of that name/);
});

describe("how a question is read", () => {
  it.each([
    ["What will the sun become when it runs out of hydrogen?", "open", ["sun", "hydrogen"]],
    ["True or false: proteins are filtered", "open", ["proteins", "filtered"]],
    ["Can you tell me in one sentence what aldosterone does?", "open", ["aldosterone"]],
    ["Gib ein Beispiel für eine Ordinalskala", "example", ["Ordinalskala"]],
    ["Adams v Lindsell year?", "time", ["Adams", "Lindsell"]],
    ["How do optical fibres work?", "manner", ["optical", "fibres"]],
  ])("%s", (text, kind, words) => {
    const read = readQuestion(text);
    expect(read.kind).toBe(kind);
    expect(read.content).toEqual(expect.arrayContaining(words));
    expect(read.content.length).toBeLessThanOrEqual(words.length + 1);
  });

  it.each([
    ["thank you so much!", "thanks", "en"],
    ["ok", "thanks", "en"],
    ["What can you do?", "help", "en"],
    ["How do I add a note?", "help", "en"],
    ["make me a quiz", "help", "en"],
    ["?", "help", "en"],
    ["danke", "thanks", "de"],
    ["dank je wel", "thanks", "nl"],
    ["muchas gracias", "thanks", "es"],
    ["你好", "greeting", "zh"],
    ["спасибо", "thanks", "ru"],
  ])("small talk: %s", (text, kind, language) => {
    expect(readQuestion(text)).toMatchObject({ kind, language, content: [] });
  });

  it.each(["How do cells make a wall?", "What can you do with a matrix?", "good conductors"])(
    "no small talk: %s",
    (text) => {
      expect(readQuestion(text).content.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ["GFR", "The glomerular filtration rate (GFR) is high.", "glomerular filtration rate"],
    ["ADH", "1. Antidiuretic hormone (ADH) acts here.", "Antidiuretic hormone"],
    ["HIT", "Effect: heparin-induced thrombocytopenia (HIT).", "heparin-induced thrombocytopenia"],
    ["PCC", "in bleeding PCC (prothrombin complex concentrate)", "prothrombin complex concentrate"],
    ["ipa", "Symbols of the International Phonetic Alphabet.", "International Phonetic Alphabet"],
    ["NATO", "The North Atlantic Treaty Organization met.", "North Atlantic Treaty Organization"],
    ["CPI", "The CPI measures the price (in euros) of a basket.", undefined],
    ["ABC", "All but one (see above) came.", undefined],
  ])("letters and their words: %s", (letters, sentence, words) => {
    const span = expansionIn(letters, sentence);
    expect(span && sentence.slice(span.start, span.end)).toBe(words);
  });

  it.each([
    ["What is a nephron?", "A nephron is the unit of the kidney.", true],
    ["What is a nephron?", "Each kidney has a nephron that is long.", false],
    ["What is an invitation to treat?", "An invitation to treat, by contrast, is no offer.", false],
    ["Was ist der Median?", "Der Median ist der Wert in der Mitte.", true],
    ["Qu'est-ce que la photosynthèse ?", "La photosynthèse est le processus.", true],
    ["What is std::weak_ptr?", "- `std::weak_ptr` is a pointer.", true],
  ])("defines or not: %s %s", (question, sentence, defines) => {
    expect(definingPattern(readQuestion(question))?.test(sentence)).toBe(defines);
  });

  it.each([
    ["When was Calvin born?", "Calvin won the prize in 1961.", false],
    ["When was Calvin born?", "Melvin Calvin (1911–1997) was a chemist.", true],
    ["Quando morreu Vasco da Gama?", "Vasco da Gama chegou à Índia em 1498.", false],
    ["Wie lange dauerte der Krieg?", "Der Krieg dauerte sechs Jahre.", true],
    ["How long is a nephron?", "Each kidney contains one million nephrons.", false],
    ["What colour is the kidney?", "The kidney is reddish brown.", true],
    ["Who invented the alphabet?", "The symbols of the alphabet resemble English.", false],
  ])("speaks of what is asked or not: %s %s", (question, sentence, speaks) => {
    expect(attributeAskedFor(question)?.(sentence)).toBe(speaks);
  });
});

async function begin(notes: Note[]) {
  const student: Student = await app.register();
  for (const note of notes) await student.post("/study-materials", note);
  const conversation = (await student.post("/conversations", {})).body.id as string;
  const ask = async (content: string) => {
    const { status, body } = await student.post(`/conversations/${conversation}/messages`, {
      content,
    });
    expect(status).toBe(200);
    return { body, quotes: body.citations.map(({ quote }: any) => quote) as string[] };
  };
  return { student, ask };
}
