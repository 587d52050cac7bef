/**
 * The tutor with language models of three kinds, each a scripted server on loopback that speaks its provider's
 * protocol.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { bedrockFrame } from "#tests/support/bedrock-frames.ts";
import { startChatServer, type ChatRequest, type ChatServer } from "#tests/support/chat-server.ts";
import { startScriptedServer, type Script } from "#tests/support/openai-server.ts";
import { witnessesOf } from "./witnesses.ts";

const NOTE = "The Calvin cycle takes place in the stroma of the chloroplast.";
const ANSWER = 'In the stroma. [[1: "takes place in the stroma"]]';

async function begin(app: TestApp) {
  const student = await app.register();
  await student.post("/study-materials", { title: "Plants", content: NOTE });
  const conversation = (await student.post("/conversations", {})).body.id as string;
  return { student, conversation };
}

async function ask(student: Student, conversation: string, content: string, more: object = {}) {
  const { status, body } = await student.post(`/conversations/${conversation}/messages`, {
    content,
    ...more,
  });
  expect(status, body.detail).toBe(200);
  return body;
}

const protocols: Record<string, { script: Script; path: RegExp; key: [string, string] }> = {
  "openai-compatible": {
    path: /^\/v1\/chat\/completions$/,
    key: ["authorization", "Bearer secret"],
    script(_asked, response) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const chunk = (delta: object, finish_reason: string | null) =>
        response.write(
          `data: ${JSON.stringify({
            id: "c",
            object: "chat.completion.chunk",
            created: 1,
            model: "tutor",
            choices: [{ index: 0, delta, finish_reason }],
          })}\n\n`,
        );
      chunk({ role: "assistant", content: ANSWER }, null);
      chunk({}, "stop");
      response.end("data: [DONE]\n\n");
    },
  },
  // https://docs.anthropic.com/en/docs/build-with-claude/streaming
  anthropic: {
    path: /^\/v1\/messages$/,
    key: ["x-api-key", "secret"],
    script(_asked, response) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const event = (type: string, data: object) =>
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
      const usage = { input_tokens: 1, output_tokens: 1 };
      event("message_start", {
        message: {
          id: "m",
          type: "message",
          role: "assistant",
          model: "tutor",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage,
        },
      });
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text: ANSWER } });
      event("content_block_stop", { index: 0 });
      event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage });
      event("message_stop", {});
      response.end();
    },
  },
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
  bedrock: {
    path: /\/model\/tutor\/converse-stream$/,
    key: ["authorization", "Bearer secret"],
    script(_asked, response) {
      response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
      response.write(bedrockFrame("messageStart", { role: "assistant" }));
      response.write(
        bedrockFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text: ANSWER } }),
      );
      response.write(bedrockFrame("contentBlockStop", { contentBlockIndex: 0 }));
      response.end(bedrockFrame("messageStop", { stopReason: "end_turn" }));
    },
  },
};

describe.each(Object.entries(protocols))("%s", (provider, { script, path, key }) => {
  it("is asked in its protocol, and its quotation is checked and cited", async () => {
    const server = await startScriptedServer(script);
    const app = await startTestApp({
      LM_LLM_PROVIDER: provider,
      LM_LLM_URL: provider === "bedrock" ? server.url : `${server.url}/v1`,
      LM_LLM_REGION: "eu-central-1",
      LM_LLM_KEY: "secret",
      LM_LLM_MODEL: "tutor",
    });
    try {
      const { student, conversation } = await begin(app);
      const answer = await ask(student, conversation, "Where does the Calvin cycle take place?");
      expect(answer).toMatchObject({
        status: "complete",
        engine: provider,
        model: "tutor",
        content: "In the stroma. [1]",
        citations: [{ quote: "takes place in the stroma" }],
        from_materials: true,
        dropped_citations: 0,
      });
      expect(server.asked).toHaveLength(1);
      const [asked] = server.asked;
      expect(asked!.path).toMatch(path);
      expect(asked!.headers[key[0]]).toBe(key[1]);
      expect(asked!.body.toString()).toContain(NOTE);
    } finally {
      await app.stop();
      await server.close();
    }
  });
});

describe("a conversation with a model", () => {
  let app: TestApp;
  let model: ChatServer;
  const requests: ChatRequest[] = [];
  beforeAll(async () => {
    model = await startChatServer();
    app = await startTestApp({
      LM_LLM_URL: model.url,
      LM_LLM_MODEL: "tutor",
      LM_LLM_CONTEXT_TOKENS: "4096",
    });
  });
  afterAll(async () => {
    await app?.stop();
    await model?.close();
  });
  const isSummary = ({ messages }: ChatRequest) =>
    /shorten the earlier part/.test(messages[0]!.content);
  /** Long answers, and summaries that name how many they have made. */
  function talk({ failing = false } = {}) {
    requests.length = 0;
    let summaries = 0;
    model.answer((request, reply) => {
      requests.push(request);
      if (isSummary(request)) {
        if (failing) return void reply.response.writeHead(400).end("{}");
        reply.say(`They spoke of plants (${(summaries += 1)}).`);
      } else reply.say("Plants turn light into sugar, and that takes a while. ".repeat(40));
      reply.finish();
    });
  }

  it("answers a general question, and says that it is not from the materials", async () => {
    const { student, conversation } = await begin(app);
    talk();
    const answer = await ask(student, conversation, "Who was Calvin?", { use_materials: false });
    expect(answer).toMatchObject({ status: "complete", from_materials: false, citations: [] });
    expect(JSON.stringify(requests)).not.toContain(NOTE);
  });

  it("is given what fits into its context, in the order of the source", async () => {
    const { student, conversation } = await begin(app);
    const part = (n: number) =>
      `Step ${n} of glycolysis turns one sugar into another. ` +
      `${"It is slow, and the cell waits for it without a word. ".repeat(6)}`;
    const content = Array.from({ length: 40 }, (_, n) => part(n)).join("\n\n");
    await student.post("/study-materials", { title: "Glycolysis", content });
    talk();
    await ask(student, conversation, "What does step 20 of glycolysis turn into another sugar?");
    const { content: sent } = requests[0]!.messages.at(-1)!;
    const steps = [...sent.matchAll(/Step (\d+) of/g)].map(([, n]) => Number(n));
    expect(steps).toContain(20);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.length).toBeGreaterThan(12);
    // 4,096 tokens less 1,500 for the answer.
    expect(sent.length).toBeLessThan(4 * 2600);
  });

  it("keeps the newest turns, and gives the older ones in short and says so", async () => {
    const { student, conversation } = await begin(app);
    talk();
    const answers = [];
    for (let i = 0; i < 12; i += 1)
      answers.push(
        await ask(student, conversation, `Question number ${i}: what about the stroma of plants?`),
      );
    const summaries = requests.filter(isSummary);
    // Not one for each question once the turns have outgrown their budget.
    expect(summaries.length).toBeGreaterThan(1);
    expect(summaries.length).toBeLessThan(5);
    // The second one stands on the first, and does not read again what that one read.
    expect(summaries[0]!.messages[1]!.content).toContain("Question number 0");
    expect(summaries[1]!.messages[1]!.content).toContain("They spoke of plants (1).");
    expect(summaries[1]!.messages[1]!.content).not.toContain("Question number 0");
    const last = requests.at(-1)!;
    expect(last.messages[0]!.content).toContain(`They spoke of plants (${summaries.length}).`);
    expect(last.messages.map(({ content }) => content).join()).not.toContain("Question number 0");
    expect(last.messages.map(({ content }) => content).join()).toContain("Question number 10");
    for (const { messages } of requests)
      expect(messages.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThan(20_000);
    expect(answers[0]!.summarised_messages).toBe(0);
    const counts = answers.map(({ summarised_messages }) => summarised_messages);
    expect(counts.at(-1)).toBeGreaterThan(4);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const { body } = await student.get(`/conversations/${conversation}/messages`);
    expect(body.items.at(-1).summarised_messages).toBe(counts.at(-1));
    expect(JSON.stringify(body)).not.toContain("They spoke of plants");
  });

  it("answers all the same when the summary fails", async () => {
    const { student, conversation } = await begin(app);
    talk({ failing: true });
    for (let i = 0; i < 8; i += 1) {
      const answer = await ask(student, conversation, `Question ${i} about the stroma of plants?`);
      expect(answer).toMatchObject({ status: "complete", summarised_messages: 0 });
    }
    expect(requests.some(isSummary)).toBe(true);
  });
});

describe("a sentence without a quotation claims a source", () => {
  it.each([
    "According to your lecture (5, page 3), light is needed.",
    "Slide 12 says that light is needed.",
    "As on page 3 of your notes, light is needed.",
    "At 12:34 in the lecture light is needed.",
    "Light is needed (12:34).",
    "The lecturer clearly states that light is needed.",
    "This is in your slides.",
    "Laut deiner Vorlesung braucht es Licht.",
    "Auf Folie 12 steht, dass es Licht braucht.",
    "In deinen Notizen (S. 3) steht es so.",
    "Bei 12:34 in der Aufnahme geht es um Licht.",
    "Selon ton cours, il faut de la lumière.",
    "C’est dans tes notes.",
    "Voir la page 3 du cours.",
    "Según tus apuntes hace falta luz.",
    "En la diapositiva 12 se dice.",
    "Secondo i tuoi appunti serve la luce.",
    "Volgens je aantekeningen is er licht nodig.",
    "De acordo com as tuas notas, é preciso luz.",
    "根据你的讲义，需要光。",
    "第 3 页说需要光。",
    "講義では光が必要だ。",
    "강의에서 빛이 필요하다고 했다.",
  ])("%s", (sentence) => {
    expect(witnessesOf(`It is so. ${sentence}`, true).claims_without_witness).toEqual([sentence]);
    const cited = `It is so. ${sentence.slice(0, -1)} [1]${sentence.at(-1)}`;
    expect(witnessesOf(cited, true).claims_without_witness).toEqual([]);
  });

  it.each([
    "Your materials do not say this.",
    "The passages do not answer the question.",
    "Deine Unterlagen sagen dazu nichts.",
    "Tes notes n’en parlent pas.",
    "你的讲义没有提到这一点。",
    "The bomb fell at 8:15 in the morning.",
    "Plants need light, as a lecture hall does.",
    "It took 12 pages of proof.",
  ])("and does not: %s", (sentence) => {
    expect(witnessesOf(sentence, true).claims_without_witness).toEqual([]);
  });
});
