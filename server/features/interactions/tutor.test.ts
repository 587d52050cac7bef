/** The tutor without a language model, conversations and their branches. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

const LECTURE =
  "# Photosynthesis\n" +
  "\n" +
  "Photosynthesis is the process by which plants turn light into chemical energy. It has two " +
  "stages.\n" +
  "The first stage is the light-dependent reactions, which take place in the thylakoid " +
  "membrane. The second stage is the Calvin cycle, which takes place in the stroma.\n" +
  "\n" +
  "# Fermentation\n" +
  "\n" +
  "Without oxygen, yeast makes ethanol and carbon dioxide. This is called fermentation.";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

describe("an answer without a language model", () => {
  it("quotes whole sentences, each where it stands", async () => {
    const { student, ask, material } = await begin();
    const answer = await ask("What is photosynthesis?");
    expect(answer).toMatchObject({
      role: "assistant",
      status: "complete",
      engine: "quotes",
      from_materials: true,
    });
    expect(answer.content).toMatch(
      /^“Photosynthesis is the process by which plants turn light into chemical energy\.” \[1\]/,
    );
    const { content } = (await student.get(`/study-materials/${material}`)).body;
    for (const { quote, start_offset, end_offset, source } of answer.citations) {
      expect(content.slice(start_offset, end_offset)).toBe(quote);
      expect(source).toEqual({ kind: "study_material", id: material, title: "Plants" });
    }
  });

  it("follows the conversation", async () => {
    const { ask } = await begin();
    await ask("What is photosynthesis?");
    expect((await ask("What are its two stages?")).content).toMatch(/two stages/);
    expect((await ask("Where does the second one take place?")).content).toMatch(/stroma/);
  });

  it("two questions at once are asked one after the other", async () => {
    const { student, conversation, ask } = await begin();
    await ask("What is photosynthesis?");
    const both = await Promise.all([
      ask("Where does the Calvin cycle take place?"),
      ask("What does yeast make without oxygen?"),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["complete", "complete"]);
    const { items } = (await student.get(`/conversations/${conversation}/messages`)).body;
    expect(items).toHaveLength(6);
    for (const [i, { reply_to, siblings, id }] of items.entries()) {
      expect(reply_to).toBe(items[i - 1]?.id ?? null);
      expect(siblings).toEqual([id]);
    }
  });

  it("takes the sentence that another leans on with it", async () => {
    const { ask } = await begin();
    expect((await ask("Explain fermentation")).content).toMatch(
      /yeast makes ethanol and carbon dioxide\. This is called fermentation/,
    );
  });

  it("finds a misspelt word", async () => {
    const { ask } = await begin();
    expect((await ask("Where is the tylakoid membrane?")).content).toMatch(/thylakoid/);
  });

  it.each([
    "Who won the chess tournament of Reykjavik?",
    "What is the boiling point of gold?",
    "What is it?",
  ])("says when the materials do not know: %s", async (question) => {
    const { ask } = await begin();
    const answer = await ask(question);
    expect(answer).toMatchObject({ status: "complete", citations: [], from_materials: false });
    expect(answer.content).toMatch(/do not say anything/);
  });

  it("says what could be asked next: terms of the sources it quotes that nobody has spoken of", async () => {
    const student = await app.register();
    const { body: note } = await student.post("/study-materials", {
      title: "Cells",
      content:
        "The mitochondria make adenosine triphosphate. The ribosome reads messenger RNA. A chloroplast makes sugar.",
    });
    const { body: mining } = await student.post("/vocabulary/mine", {});
    await expect
      .poll(async () => (await student.get(`/jobs/${mining.job_id}`)).body.status, {
        timeout: 30_000,
      })
      .toBe("completed");
    const { body: conversation } = await student.post("/conversations", {});
    const next = async () =>
      (await student.get(`/conversations/${conversation.id}/follow-ups`)).body.items as string[];
    expect(await next()).toEqual([]);
    const { body: answer } = await student.post(`/conversations/${conversation.id}/messages`, {
      content: "What do mitochondria make?",
    });
    expect(answer.citations[0].source.id).toBe(note.id);
    const items = await next();
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThanOrEqual(3);
    for (const question of items) expect(question).toMatch(/^What does .+ mean\?$/);
    expect(items.join(" ")).not.toMatch(/mitochondria/i);
    const other = await app.register();
    expect((await other.get(`/conversations/${conversation.id}/follow-ups`)).status).toBe(404);
  });

  it("keeps to a subject or a source when it is asked to", async () => {
    const { student, material } = await begin();
    const other = (
      await student.post("/study-materials", {
        title: "Beer",
        subject: "Chemistry",
        content: "Fermentation makes beer in a brewery.",
      })
    ).body;
    const inOne = async (scope: object) => {
      const conversation = (await student.post("/conversations", scope)).body.id;
      const { body } = await student.post(`/conversations/${conversation}/messages`, {
        content: "What does fermentation make?",
      });
      return new Set(body.citations.map(({ source }: any) => source.id));
    };
    expect(await inOne({ subject: "Chemistry" })).toEqual(new Set([other.id]));
    expect(await inOne({ source_kind: "study_material", source_id: material })).toEqual(
      new Set([material]),
    );
    expect(
      (
        await student.post("/conversations", {
          source_kind: "study_material",
          source_id: crypto.randomUUID(),
        })
      ).status,
    ).toBe(422);
  });
});

describe("conversations", () => {
  it("are named after what the first answer quotes, and after the question where it quotes nothing", async () => {
    const { student, conversation, ask } = await begin();
    const title = async () => (await student.get(`/conversations/${conversation}`)).body.title;
    await ask("Who won the chess tournament of Reykjavik?");
    expect(await title()).toBe("Who won the chess tournament of Reykjavik?");
    const named = async (question: string) => {
      const { body } = await student.post("/conversations", {});
      await student.post(`/conversations/${body.id}/messages`, { content: question });
      return (await student.get(`/conversations/${body.id}`)).body.title as string;
    };
    expect(await named("Where does the calvin cycle take place?")).toBe("Calvin cycle · Plants");
    expect(await named("What is fermentation?")).toBe("Fermentation · Plants");
    // The name that a student gave stays.
    const { body } = await student.post("/conversations", { title: "Mine" });
    await student.post(`/conversations/${body.id}/messages`, { content: "What is fermentation?" });
    expect((await student.get(`/conversations/${body.id}`)).body.title).toBe("Mine");
  });

  it("are listed, found, renamed, deleted", async () => {
    const { student, conversation, ask } = await begin();
    await ask("What is photosynthesis?");
    const { body } = await student.get(`/conversations/${conversation}`);
    expect(body).toMatchObject({
      title: "Photosynthesis · Plants",
      subject: null,
      source_kind: null,
    });
    expect((await student.get("/conversations?q=chemical%20energy")).body.items).toHaveLength(1);
    expect((await student.get("/conversations?q=100%25")).body.items).toHaveLength(0);
    expect(
      (await student.patch(`/conversations/${conversation}`, { title: "Plants" })).body.title,
    ).toBe("Plants");
    expect((await student.delete(`/conversations/${conversation}`)).status).toBe(204);
    expect((await student.get(`/conversations/${conversation}`)).status).toBe(404);
  });

  it("stand in the order of their last use, page by page", async () => {
    const student = await app.register();
    const ids: string[] = [];
    for (const title of ["first", "second", "third", "fourth"])
      ids.push((await student.post("/conversations", { title })).body.id);
    await student.post(`/conversations/${ids[1]}/messages`, { content: "What is a fluid?" });
    const page = (await student.get("/conversations?limit=2")).body;
    expect(page.items.map(({ title }: any) => title)).toEqual(["second", "fourth"]);
    // Used between two pages: it moves to the top, and nothing is told twice.
    await student.post(`/conversations/${ids[1]}/messages`, { content: "And a solid?" });
    const next = (await student.get(`/conversations?limit=2&cursor=${page.next_cursor}`)).body;
    expect(next.items.map(({ title }: any) => title)).toEqual(["third", "first"]);
    expect(next.next_cursor).toBeNull();
    for (const cursor of [ids[0], "x", "1_2", `${"9".repeat(17)}_${ids[0]}`])
      expect((await student.get(`/conversations?cursor=${cursor}`)).status).toBe(422);
    const far = `${"9".repeat(16)}_${ids[0]}`;
    expect((await student.get(`/conversations?cursor=${far}`)).body.items).toHaveLength(4);
  });

  it("branch where a question is edited; both ways stay", async () => {
    const { student, conversation, ask } = await begin();
    await ask("What is photosynthesis?");
    await ask("What is fermentation?");
    const read = async (query = "") =>
      (await student.get(`/conversations/${conversation}/messages${query}`)).body.items;
    const before = await read();
    expect(before).toHaveLength(4);
    await ask("What are the two stages?", { edit_of: before[2].id });
    const after = await read();
    expect(after.map(({ content }: any) => content)).toEqual([
      before[0].content,
      before[1].content,
      "What are the two stages?",
      after[3].content,
    ]);
    expect(after[2].siblings).toEqual([before[2].id, after[2].id]);
    expect((await read(`?branch=${before[2].id}`)).map(({ id }: any) => id)).toEqual(
      before.map(({ id }: any) => id),
    );
    expect(await read("?branch=all")).toHaveLength(6);
  });

  it("leave as Markdown with their citations", async () => {
    const { student, conversation, ask } = await begin();
    await ask("What is photosynthesis?");
    await ask("Where does the Calvin cycle take place?");
    const markdown = await (await student.request(`/conversations/${conversation}/export`)).text();
    expect(markdown).toMatch(/^# Photosynthesis · Plants\n\n## What is photosynthesis\?\n/);
    const marks = [...markdown.matchAll(/\[\^(\d+)\](?!:)/g)].map(([, number]) => number);
    expect(marks.length).toBeGreaterThan(1);
    for (const mark of marks) expect(markdown).toContain(`[^${mark}]: “`);
    expect(markdown).toMatch(/\(Plants\)/);
  });

  it("refuse an empty or an endless question", async () => {
    const { student, conversation } = await begin();
    for (const content of ["", " \n ", "x".repeat(5001)]) {
      expect(
        (await student.post(`/conversations/${conversation}/messages`, { content })).status,
      ).toBe(422);
    }
  });
});

it("a citation says when its source was edited", async () => {
  const { student, conversation, material, ask } = await begin();
  await ask("Where does the Calvin cycle take place?");
  const status = async () => {
    const { items } = (await student.get(`/conversations/${conversation}/messages`)).body;
    return items[1].citations[0];
  };
  const before = await status();
  expect(before.status).toBe("valid");
  await student.patch(`/study-materials/${material}`, { content: `An added line.\n\n${LECTURE}` });
  expect(await status()).toMatchObject({
    status: "moved",
    quote: before.quote,
    start_offset: before.start_offset + "An added line.\n\n".length,
  });
  await student.patch(`/study-materials/${material}`, { content: "Something else." });
  expect(await status()).toMatchObject({ status: "changed", quote: before.quote });
  await student.delete(`/study-materials/${material}`);
  expect(await status()).toMatchObject({
    quote: before.quote,
    source: { kind: "study_material", id: null, title: "Plants" },
  });
});

it("one student's words never reach another", async () => {
  const word = "Zwibbelfrax";
  const { student, conversation } = await begin();
  const other = await app.register();
  const secret = (
    await other.post("/study-materials", {
      title: `On ${word}`,
      content: `A ${word} is a plant with two stages.`,
    })
  ).body.id;
  const theirs = (await other.post("/conversations", { title: word })).body.id;
  expect((await other.get(`/search?q=${word}`)).body.items).toHaveLength(1);

  const answers = [
    await student.post(`/conversations/${conversation}/messages`, {
      content: `What is a ${word}?`,
    }),
    await student.get(`/search?q=${word.slice(0, -1)}c`),
    await student.get(`/search?q=plant&source_id=${secret}`),
    await student.get("/conversations?q=stages"),
    await student.get("/study-materials"),
    await student.get(`/conversations/${theirs}/messages`),
    await student.get(`/study-materials/${secret}`),
    await student.post(`/conversations/${theirs}/messages`, { content: "Hello?" }),
    await student.post("/conversations", { source_kind: "study_material", source_id: secret }),
  ];
  for (const { body } of answers)
    expect(JSON.stringify(body).replaceAll(`What is a ${word}?`, "")).not.toMatch(/zwibbelfrax/i);
  expect(answers.slice(5, 8).map(({ status }) => status)).toEqual([404, 404, 404]);
});

async function begin() {
  const student: Student = await app.register();
  const material = (
    await student.post("/study-materials", {
      title: "Plants",
      subject: "Biology",
      content: LECTURE,
    })
  ).body.id as string;
  const conversation = (await student.post("/conversations", {})).body.id as string;
  const ask = async (content: string, more: object = {}) => {
    const { status, body } = await student.post(`/conversations/${conversation}/messages`, {
      content,
      ...more,
    });
    expect(status).toBe(200);
    return body;
  };
  return { student, material, conversation, ask };
}
