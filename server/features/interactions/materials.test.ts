/** What an answer may rest on: kept with the question, told to the model, and true of what is shown. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { startChatServer, type ChatRequest, type ChatServer } from "#tests/support/chat-server.ts";

const NOTE = "The Calvin cycle takes place in the stroma of the chloroplast.";

let app: TestApp;
let model: ChatServer;
let requests: ChatRequest[];
beforeAll(async () => {
  model = await startChatServer();
  app = await startTestApp({ LM_LLM_URL: model.url, LM_LLM_MODEL: "talker" });
});
afterAll(async () => {
  await app?.stop();
  await model?.close();
});

async function begin(text: string, notes = [{ title: "Plants", content: NOTE }]) {
  const student: Student = await app.register();
  for (const note of notes) await student.post("/study-materials", note);
  const conversation = (await student.post("/conversations", {})).body.id as string;
  requests = [];
  model.answer((request, reply) => {
    requests.push(request);
    reply.say(text);
    reply.finish();
  });
  const ask = async (content: string, more: object = {}) => {
    const { status, body } = await student.post(`/conversations/${conversation}/messages`, {
      content,
      ...more,
    });
    expect(status, body.detail).toBe(200);
    return body;
  };
  const again = async (id: string) =>
    (await student.post(`/conversations/${conversation}/messages/${id}/regenerate`)).body;
  return { student, conversation, ask, again };
}

it("another answer to a question without materials has none either", async () => {
  const { student, conversation, ask, again } = await begin("He was a chemist.");
  const answer = await ask("Who was Calvin?", { use_materials: false });
  await again(answer.id);
  expect(requests).toHaveLength(2);
  expect(JSON.stringify(requests)).not.toContain(NOTE);
  const { items } = (await student.get(`/conversations/${conversation}/messages`)).body;
  expect(items[0].materials).toBe("none");
  const other = await ask("Who was Calvin?");
  expect(JSON.stringify(requests.at(-1))).toContain(NOTE);
  await again(other.id);
  expect(JSON.stringify(requests.at(-1))).toContain(NOTE);
});

it("materials only: what the model knows besides is not shown, for another answer neither", async () => {
  const { ask, again } = await begin("Melvin Calvin was a chemist from Minnesota.");
  const answer = await ask("Where does the Calvin cycle take place?", { materials_only: true });
  expect(answer.content).toMatch(/^Your materials do not say anything/);
  expect(answer).toMatchObject({
    status: "complete",
    from_materials: false,
    claims_without_witness: [],
  });
  expect((await again(answer.id)).content).toMatch(/^Your materials do not say anything/);
  expect(requests[0]!.messages[0]!.content).toMatch(/Never answer from general knowledge/);
  model.answer('In the stroma. [[1: "takes place in the stroma"]]');
  const quoted = await ask("Where does the Calvin cycle take place?", { materials_only: true });
  expect(quoted.citations[0].quote).toBe("takes place in the stroma");
});

it("materials only, and none that fits: the model is not asked", async () => {
  const { ask } = await begin("Paris.", []);
  const answer = await ask("What is the capital of France?", { materials_only: true });
  expect(answer.content).toMatch(/nothing to look in yet/);
  expect(requests).toEqual([]);
});

it("where nothing fits the model is told so, and so is the student", async () => {
  const { ask } = await begin("Paris.");
  const answer = await ask("Xylophone zebra quux?");
  expect(answer.content).toBe(
    "Your materials do not say anything about this. What follows is general knowledge.\n\nParis.",
  );
  expect(answer.from_materials).toBe(false);
  expect(requests[0]!.messages[0]!.content).toMatch(/Nothing in the student's own materials fits/);
});

it("says which sentences carry a quotation, and names claims that have none", async () => {
  const { ask } = await begin(
    'In the stroma. [[1: "takes place in the stroma"]] Plants are green. According to your ' +
      "lecture (5, page 3), it needs ATP.",
  );
  const answer = await ask("Where does the Calvin cycle take place?");
  expect(answer).toMatchObject({
    sentences: 3,
    sentences_with_witness: 1,
    sentences_without_witness: [
      "Plants are green.",
      "According to your lecture (5, page 3), it needs ATP.",
    ],
    claims_without_witness: ["According to your lecture (5, page 3), it needs ATP."],
  });
});
