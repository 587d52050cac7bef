/**
 * The vocabulary of a course through the door: found, edited, told to recognisers, and used to propose what was
 * misheard.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyse } from "#server/features/study/overviews/analysed-source.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import { madeModel, shortSpeech } from "#tests/support/real-speech.ts";
import { createMisheardFinder } from "./find-misheard.ts";
import { mineTerms } from "./mine-terms.ts";
import type { ProposedCorrection, VocabularyTerm } from "./shapes.ts";

let app: TestApp;
let speechServer: ScriptedServer;

beforeAll(async () => {
  speechServer = await startScriptedServer(hears);
  app = await startTestApp({
    LM_STT_OPENAI_URL: `${speechServer.url}/v1`,
    LM_MODELS_DIR: (await madeModel()).modelsDir,
  });
});
afterAll(async () => {
  await app?.stop();
  await speechServer?.close();
});

const SAID = [
  "Today we look inside of the cell.",
  "The mitosis is outer membrane is smooth.",
  "Then the goal gee apparatus packs it.",
];
const DOUBTFUL = new Set(["mitosis", "is", "goal", "gee"]);

/** One sentence a second; the second `is` of the second sentence is as doubtful as the first, and near to nothing. */
function hears() {
  const segments = SAID.map((text, at) => ({ start: at * 0.5, end: at * 0.5 + 0.5, text }));
  const words = SAID.flatMap((text, at) =>
    text.split(" ").map((word, n, all) => ({
      word,
      start: at * 0.5 + (n * 0.5) / all.length,
      end: at * 0.5 + ((n + 1) * 0.5) / all.length,
      probability: DOUBTFUL.has(word) ? 0.3 : 0.95,
    })),
  );
  return { language: "english", segments, words };
}

async function slides(student: Student, subject = "Biology") {
  const { body } = await student.upload(
    "/study-materials",
    {
      blob: new Blob([
        Uint8Array.from(
          makePdf([
            ["# The cell", "Every cell has a membrane."],
            ["# Mitochondria", "The mitochondria make adenosine triphosphate."],
            ["# Packing", "The Golgi apparatus packs proteins, as Camillo Golgi saw."],
          ]),
        ),
      ]),
      name: "cell.pdf",
    },
    { title: "Cell slides", subject },
  );
  await student.until(`/study-materials/${body.id}`, ({ status }) => status === "ready");
  return body.id as string;
}

async function lecture(student: Student, subject = "Biology") {
  const { body } = await student.upload("/recordings", await shortSpeech(), {
    title: "Cells 1",
    subject,
    engine: "openai",
  });
  const job = await student.until(
    `/transcription-jobs/${body.transcription_job.id}`,
    ({ status }) => status === "completed" || status === "failed",
  );
  expect(job.error_message).toBeNull();
  const { body: versions } = await student.get(`/transcriptions?recording_id=${body.recording.id}`);
  return versions.items[0].id as string;
}

const corrections = async (student: Student, transcription: string) =>
  (await student.until(`/transcriptions/${transcription}/corrections`, ({ looking }) => !looking))
    .items as ProposedCorrection[];

const transcript = async (student: Student, id: string) =>
  (await student.get(`/transcriptions/${id}`)).body;

const terms = async (student: Student, subject = "Biology") =>
  (await student.get(`/vocabulary?subject=${subject}&limit=200`)).body.items as VocabularyTerm[];

async function mined(student: Student, subject?: string) {
  const { status, body } = await student.post("/vocabulary/mine", subject ? { subject } : {});
  expect(status).toBe(202);
  await expect
    .poll(async () => (await student.get(`/jobs/${body.job_id}`)).body.status, { timeout: 30_000 })
    .toBe("completed");
}

describe("terms", () => {
  it("are found in slides, each with the sentence and page in which it stands", async () => {
    const student = await app.register();
    const material = await slides(student);
    await mined(student, "Biology");
    const found = await terms(student);
    const text = (await student.get(`/study-materials/${material}`)).body.content as string;
    const names = found.map(({ term }) => term.toLowerCase());
    expect(names).toEqual(
      expect.arrayContaining(["mitochondria", "adenosine triphosphate", "camillo golgi"]),
    );
    expect(names).not.toContain("adenosine");
    expect(names).not.toContain("every");
    expect(names).not.toContain("packs");
    for (const { witness } of found)
      expect(text.slice(witness!.start_offset, witness!.end_offset)).toBe(witness!.quote);
    const one = found.find(({ term }) => term.toLowerCase() === "mitochondria")!;
    expect(one).toMatchObject({ origin: "materials", subject: "Biology" });
    expect(one.witness).toMatchObject({ page: 2, source: { id: material, title: "Cell slides" } });
  });

  it("are added, written otherwise and removed, and mining keeps all of that", async () => {
    const student = await app.register();
    await slides(student);
    await mined(student, "Biology");
    const before = await terms(student);
    const adenosine = before.find(({ term }) => /^adenosine triphosphate$/i.test(term))!;
    const golgi = before.find(({ term }) => term === "Camillo Golgi")!;
    const added = await student.post("/vocabulary", {
      term: "  Krebs   cycle ",
      subject: "Biology",
    });
    expect(added).toMatchObject({ status: 201, body: { term: "Krebs cycle", origin: "student" } });
    expect(added.body.witness).toBeNull();
    expect((await student.delete(`/vocabulary/${adenosine.id}`)).status).toBe(204);
    const renamed = await student.patch(`/vocabulary/${golgi.id}`, { term: "C. Golgi" });
    expect(renamed).toMatchObject({ status: 200, body: { term: "C. Golgi", origin: "student" } });
    await mined(student, "Biology");
    const names = (await terms(student)).map(({ term }) => term);
    expect(names).toEqual(expect.arrayContaining(["Krebs cycle", "C. Golgi"]));
    expect(names).not.toContain(adenosine.term);
    expect(names).not.toContain("Camillo Golgi");
    const again = await student.post("/vocabulary", { term: adenosine.term, subject: "Biology" });
    expect(again.body).toMatchObject({ id: adenosine.id, origin: "student" });
  });

  it("of one subject are not those of another, and nobody else's", async () => {
    const [student, other] = [await app.register(), await app.register()];
    await slides(student, "Biology");
    await mined(student, "Biology");
    expect(await terms(student, "History")).toEqual([]);
    expect(await terms(other)).toEqual([]);
    const { body } = await student.get("/vocabulary/subjects");
    expect(body.items).toMatchObject([{ subject: "Biology", sources: 1 }]);
    const [one] = await terms(student);
    expect((await other.patch(`/vocabulary/${one!.id}`, { term: "x1" })).status).toBe(404);
    expect((await other.delete(`/vocabulary/${one!.id}`)).status).toBe(404);
  });

  it("that say nothing are refused, and the same one twice is one", async () => {
    const student = await app.register();
    for (const term of ["", "  ", "!!", "x".repeat(101)])
      expect((await student.post("/vocabulary", { term })).status).toBe(422);
    const first = await student.post("/vocabulary", { term: "Vmax" });
    const second = await student.post("/vocabulary", { term: "VMAX" });
    expect(second.body).toMatchObject({ id: first.body.id, term: "VMAX", subject: null });
    expect((await student.get("/vocabulary?no_subject=true")).body.items).toHaveLength(1);
    const other = await student.post("/vocabulary", { term: "Km" });
    const clash = await student.patch(`/vocabulary/${other.body.id}`, { term: "vmax" });
    expect(clash).toMatchObject({ status: 409, body: { code: "conflict" } });
  });
});

describe("of what stands in materials", () => {
  const mine = (text: string, language: string) => {
    const starts = [...text.matchAll(/^# (.*)$/gm)];
    const sections = starts.map(({ index, 1: heading }, n) => ({
      page: n + 1,
      heading: heading!,
      start_offset: index,
      end_offset: starts[n + 1]?.index ?? text.length,
    }));
    const source = {
      kind: "study_material",
      id: "slides",
      title: "Slides",
      subject: null,
      language,
      transcription_id: null,
      text,
      sections,
      lineFeeds: "blocks",
    } as const;
    return mineTerms(analyse(source)).map(({ term }) => term);
  };

  it("terms and names are taken; heads, feet, rights, literature and torn words are not", () => {
    const foot = (page: number) => `Jane Doe Automata course September 7, 2026 ${page} / 9\n\n`;
    const growing = ["- Closure properties", "- Closure properties and the pumping lemma"];
    const pages = [
      "Automata\n\nRegular languages are what a nondeterministic automaton (NFA) accepts.",
      ...growing.map((list) => `Regular Languages\n\n${list} of regular languages`),
      "REGULAR LANGUAGES\n\nConstruct an NFA and accept the input. The subset construction turns each NFA into a DFA.",
      "Proofs\n\nThe pumping lemma of Yehoshua Bar-Hillel is di!erent from the pumping lemmas of later years.",
      "Pictures\n\nPhoto © Acme Stockpile. All rights reserved. See https://example.org/vault/quokka.html for more.",
      "Grammars\n\nUnderstandable? A pushdown automaton reads a stack. The DFA has none.",
      "References\n\nWombat, Q. and Numbat, P. “Bandicoots considered harmful”. Marsupial Press, 2019.",
    ];
    const found = mine(pages.map((page, n) => `# ${page}\n\n${foot(n + 1)}`).join(""), "en");
    expect(found).toEqual(
      expect.arrayContaining([
        "regular languages",
        "pumping lemma",
        "NFA",
        "DFA",
        "pushdown automaton",
      ]),
    );
    expect(found.join("\n")).not.toMatch(
      /Doe|September|Acme|Stockpile|vault|quokka|Wombat|Numbat|Bandicoot|Marsupial|erent|understandable|accept|construct an/i,
    );
    const plain = found.map((term) => term.toLowerCase().replace(/s$/, ""));
    expect(plain).toEqual([...new Set(plain)]);
  });

  it.each([
    {
      language: "de",
      text:
        "# Zelle\n\nDas endoplasmatische Retikulum stellt Proteine her. Vier haploide Zellen entstehen.\n\n" +
        "# Osmose\n\nDurch Osmose wandert Wasser.",
      terms: ["Osmose", "endoplasmatische Retikulum", "haploide Zellen"],
      none: /wandert|entstehen|stellt/,
    },
    {
      language: "fr",
      text: "# La mitose\n\nLes phases : la prophase, l’anaphase. Le réticulum endoplasmique fabrique des protéines.",
      terms: ["anaphase", "réticulum endoplasmique"],
      none: /l’|fabrique/,
    },
    {
      language: "zh",
      text: "# 有丝分裂\n\n有丝分裂包括前期和末期。有丝分裂以后有两个细胞。线粒体是细胞的能量工厂，内质网负责蛋白质的合成。",
      terms: ["有丝分裂", "线粒体", "内质网", "蛋白质"],
      none: /负责|包括|以后/,
    },
  ])("in $language", ({ language, text, terms: wanted, none }) => {
    const found = mine(text, language);
    expect(found).toEqual(expect.arrayContaining(wanted));
    expect(found.join("\n")).not.toMatch(none);
  });
});

describe("a recogniser", () => {
  it("is told the terms of the recording's subject, the student's own first", async () => {
    const student = await app.register();
    await slides(student);
    await student.post("/vocabulary", { term: "Krebs cycle", subject: "Biology" });
    speechServer.asked.length = 0;
    await lecture(student);
    const prompt = speechServer.asked.at(-1)!.form["prompt"]![0]!;
    expect(prompt).toMatch(/^Krebs cycle, /);
    expect(prompt.toLowerCase()).toContain("mitochondria");
    expect(prompt.length).toBeLessThanOrEqual(500);
    await lecture(student, "History");
    expect(speechServer.asked.at(-1)!.form["prompt"]).toBeUndefined();
  });
});

describe("corrections", () => {
  it("are proposed with their witness and their sound; nothing is changed before one is taken", async () => {
    const student = await app.register();
    const material = await slides(student);
    const id = await lecture(student);
    const proposed = await corrections(student, id);
    expect(proposed.map(({ heard, replacement }) => [heard, replacement])).toEqual([
      ["mitosis is", "mitochondria's"],
      ["goal gee", "Golgi"],
    ]);
    const before = await transcript(student, id);
    expect(before.text).toBe(SAID.join("\n"));
    for (const one of proposed) {
      expect(one.witness!.source.id).toBe(material);
      const segment = before.segments[one.segment_number];
      expect(segment.text.startsWith(one.heard, one.start_in_segment)).toBe(true);
      expect(one.start_seconds).toBeGreaterThanOrEqual(segment.start);
      expect(one.end_seconds).toBeLessThanOrEqual(segment.end);
      expect(one.end_seconds).toBeGreaterThan(one.start_seconds);
    }
    const answer = await student.post(`/transcriptions/${id}/corrections/decide`, {
      take: [proposed[0]!.id],
      refuse: [proposed[1]!.id],
    });
    expect(answer.body).toEqual({ taken: 1, refused: 1, gone: 0 });
    const after = await transcript(student, id);
    expect(after.segments[1]).toMatchObject({
      text: "The mitochondria's outer membrane is smooth.",
      original: { text: SAID[1] },
    });
    expect(after.segments[2].original).toBeNull();
    expect(await corrections(student, id)).toEqual([]);
    // What was refused is not proposed again, and what was taken can be undone.
    await student.post(`/transcriptions/${id}/corrections`);
    expect(await corrections(student, id)).toEqual([]);
    await student.patch(`/transcriptions/${id}/segments/1`, { undo: true });
    expect((await transcript(student, id)).text).toBe(SAID.join("\n"));
  });

  it("are taken all at once, but not those whose words were edited meanwhile", async () => {
    const student = await app.register();
    await slides(student);
    const id = await lecture(student);
    const [first] = await corrections(student, id);
    await student.patch(`/transcriptions/${id}/segments/1`, { text: "The membrane is smooth." });
    const answer = await student.post(`/transcriptions/${id}/corrections/decide`, { take: "all" });
    expect(answer.body).toEqual({ taken: 1, refused: 0, gone: 0 });
    expect((await transcript(student, id)).text).toBe(
      [SAID[0], "The membrane is smooth.", "Then the Golgi apparatus packs it."].join("\n"),
    );
    const late = await student.post(`/transcriptions/${id}/corrections/decide`, {
      take: [first!.id],
    });
    expect(late.body).toEqual({ taken: 0, refused: 0, gone: 1 });
  });

  it("teach the vocabulary: a word that the student wrote is a term from then on", async () => {
    const student = await app.register();
    const id = await lecture(student, "Chemistry");
    expect(await corrections(student, id)).toEqual([]);
    await student.patch(`/transcriptions/${id}/segments/2`, {
      text: "Then the Golgi apparatus packs it.",
    });
    await mined(student, "Chemistry");
    const [golgi] = await terms(student, "Chemistry");
    expect(golgi).toMatchObject({ term: "Golgi", origin: "correction" });
    expect(golgi!.witness!.quote).toBe("Then the Golgi apparatus packs it.");
    expect(golgi!.witness!.start_seconds).toBeGreaterThan(0.9);
  });

  it.each([
    {
      language: "german",
      note: "Bei der Meiose entstehen vier Zellen. Durch Osmose wandert Wasser. Das Zytoplasma füllt die Zelle.",
      said: "Heute geht es um die Mai Ose und um das Zito Plasma.",
      proposed: ["Meiose", "Zytoplasma"],
    },
    {
      language: "french",
      note: "La mitochondrie produit l’énergie de la cellule. Le ribosome lit le message.",
      said: "La mito condrie travaille, et le ribeau some aussi.",
      proposed: ["mitochondrie", "ribosome"],
    },
    {
      language: "spanish",
      note: "La vacuola guarda el agua. El citoplasma llena la célula de la planta.",
      said: "La bacuola es grande y el sito plasma está en todas partes.",
      proposed: ["vacuola", "citoplasma"],
    },
  ])("know the sounds of $language, and its everyday words", async (one) => {
    const student = await app.register();
    await student.post("/study-materials", {
      title: "Notes",
      subject: "Biology",
      content: one.note,
    });
    speechServer.answer(() => ({
      language: one.language,
      segments: [{ start: 0, end: 3, text: one.said }],
      words: [],
    }));
    const id = await lecture(student);
    speechServer.answer(hears);
    const found = await corrections(student, id);
    expect(found.map(({ replacement }) => replacement)).toEqual(one.proposed);
    for (const { witness } of found) expect(one.note).toContain(witness!.quote);
  });

  const TERMS: Record<string, string[]> = {
    en: [
      "experimentation",
      "regular languages",
      "wavelengths",
      "causation",
      "Urbanization",
      "airflow",
      "scientific method",
      "insolation",
      "cross-chain swaps",
      "mitochondria",
      "bias",
    ],
    de: [
      "Adenosintriphosphat",
      "Zellkern",
      "Meiose",
      "Golgi-Apparat",
      "endoplasmatisches Retikulum",
    ],
  };
  it.each<[string, string, string[]]>([
    // A word that an engine doubts stands before a star.
    ["en", "The experiment* in this room works.", []],
    ["en", "Some languages, which are regular, have words over it.", []],
    ["en", "Each wavelength of light, and that* question* has* conditions.", []],
    ["en", "They are urbanized at last, and scientifically the best.", []],
    ["en", "A cross chain swap has a bias, and they're as good.", []],
    ["en", "In 1950 it was E and 7.", []],
    ["en", "The air flow stops, and insulation is high.", ["airflow", "insolation"]],
    ["en", "In urbani zation the mito condrea are small.", ["Urbanization", "mitochondria"]],
    [
      "de",
      "Im Zell Kern, nicht in Zell Kernen, liegt das Adenosin Tri Fosfat.",
      ["Zellkern", "Zellkernen", "Adenosintriphosphat"],
    ],
    ["de", "Der Golgi Apparat und die Zellkerne sind klein.", []],
    ["de", "Das Endo plasmatische Retikulum und die Mai Ose", ["endoplasmatische", "Meiose"]],
  ])("in %s, of %s", (language, said, proposed) => {
    const words = said.split(" ").map((word, at) => ({
      text: word.replace("*", ""),
      start: at,
      end: at + 1,
      confidence: word.includes("*") ? 0.3 : 0.95,
    }));
    const text = said.replaceAll("*", "");
    const terms = TERMS[language]!.map((term, id) => ({ id: `${id}`, term }));
    const find = createMisheardFinder(terms, { known: new Set(), language }, text);
    const found = find({ number: 0, start: 0, end: words.length, text, words });
    expect(found.map(({ replacement }) => replacement)).toEqual(proposed);
  });

  it("of somebody else are not there", async () => {
    const [student, other] = [await app.register(), await app.register()];
    const id = await lecture(student);
    for (const answer of [
      await other.get(`/transcriptions/${id}/corrections`),
      await other.post(`/transcriptions/${id}/corrections`),
      await other.post(`/transcriptions/${id}/corrections/decide`, { take: "all" }),
    ])
      expect(answer.status).toBe(404);
    const both = await student.post(`/transcriptions/${id}/corrections/decide`, {
      take: "all",
      refuse: "all",
    });
    expect(both.status).toBe(422);
  });
});
