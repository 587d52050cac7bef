/**
 * `npm run bench tutor`: what the server adds to a language model's answer, before the first token and to each of them,
 * beside the bare provider on loopback; and how long other requests take while twenty answers stream.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machine } from "./product/machine.ts";
import { createProcesses } from "./product/processes.ts";
import { readFactbook } from "./search/factbook.ts";

const ANSWERS = 20;
const folder = await mkdtemp(join(tmpdir(), "lm-bench-tutor-"));
const processes = createProcesses();

try {
  const { url: provider } = await processes.start(new URL("tutor/provider.ts", import.meta.url));
  const { url: product } = await processes.startProduct(folder, {
    LM_RATE_LIMITS: "off",
    LM_LLM_URL: `${provider}/v1`,
    LM_LLM_MODEL: "pace",
  });
  let authorization: string | undefined;
  const registered = await post("/auth/register", {
    email: "bench@example.org",
    password: "Correct-Horse-7",
  });
  authorization = `Bearer ${registered.access_token}`;
  const countries = readFactbook().slice(0, 60);
  for (const { name, text } of countries)
    await post("/study-materials", { title: name, content: text });

  // The libraries of the provider are loaded with the first question.
  for (let i = 0; i < 3; i += 1) await answer(i);
  const bare = [];
  const ours = [];
  for (let i = 0; i < 10; i += 1) {
    bare.push(await stream(`${provider}/v1/chat/completions`, { stream: true }));
    ours.push(await answer(i));
  }
  const idle = await others();
  const streaming = Promise.all(Array.from({ length: ANSWERS }, (_, i) => answer(i)));
  const busy = await others();
  const many = await streaming;

  const first = {
    bare: percentile(
      bare.map(({ firstMs }) => firstMs),
      0.5,
    ),
    ours: percentile(
      ours.map(({ firstMs }) => firstMs),
      0.5,
    ),
  };
  const delay = (runs: { delays: number[] }[], share: number) =>
    percentile(
      runs.flatMap(({ delays }) => delays),
      share,
    );
  const figures = {
    passages: "60 countries of the World Factbook",
    first_token_ms: { ...first, added: round(first.ours - first.bare) },
    token_delay_ms: {
      bare: { p50: delay(bare, 0.5), p95: delay(bare, 0.95) },
      ours: { p50: delay(ours, 0.5), p95: delay(ours, 0.95) },
      [`ours_${ANSWERS}_at_once`]: { p50: delay(many, 0.5), p95: delay(many, 0.95) },
    },
    other_requests_ms: { idle, [`while_${ANSWERS}_answers_stream`]: busy },
  };
  const goal = (name: string, value: number, most: number) => ({
    name,
    value: round(value),
    goal: `at most ${most}`,
    met: value <= most,
  });
  console.log(
    JSON.stringify({
      bench: "tutor",
      machine,
      figures,
      goals: [
        goal("ms before the first token, above the bare provider", first.ours - first.bare, 100),
        goal(
          "ms to each token (p50), above the bare provider",
          delay(ours, 0.5) - delay(bare, 0.5),
          5,
        ),
        goal(`p95 ms of other requests while ${ANSWERS} answers stream`, busy.p95, 100),
      ],
    }),
  );

  async function answer(i: number) {
    const country = countries[i % countries.length]!.name;
    const conversation = await post("/conversations", {});
    return stream(`${product}/api/conversations/${conversation.id}/messages`, {
      content: `How many people live in ${country}, and what do they export?`,
    });
  }

  /** What a page asks for: a search and two lists, again and again for three seconds. */
  async function others() {
    const times: number[] = [];
    const end = performance.now() + 3000;
    while (performance.now() < end) {
      for (const path of ["/search?q=exports%20of%20coffee", "/recordings", "/conversations"]) {
        const begun = performance.now();
        const response = await fetch(`${product}/api${path}`, { headers: headers() });
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        times.push(performance.now() - begun);
      }
    }
    return { requests: times.length, p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
  }

  /** Milliseconds to the first token, and from the sending of each to its arrival here. */
  async function stream(url: string, body: object) {
    const begun = performance.now();
    const response = await fetch(url, {
      method: "POST",
      headers: {
        ...headers(),
        "content-type": "application/json",
        accept: "text/event-stream",
      },
      body: JSON.stringify(body),
    });
    let firstMs: number | undefined;
    const delays: number[] = [];
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const now = performance.now();
      const sent = [...chunk.matchAll(/(\d{13}\.\d{3}) /g)].map((match) => Number(match[1]));
      if (sent.length > 0) firstMs ??= now - begun;
      // The last event repeats the whole answer.
      if (sent.length > 20) continue;
      delays.push(...sent.map((moment) => performance.timeOrigin + now - moment));
    }
    if (firstMs === undefined) throw new Error(`${url}: no token came`);
    return { firstMs, delays };
  }

  async function post(path: string, body: object) {
    const response = await fetch(`${product}/api${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers() },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as any;
  }

  function headers(): Record<string, string> {
    return authorization ? { authorization } : {};
  }
} finally {
  await processes.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function percentile(values: number[], share: number) {
  const sorted = values.toSorted((a, b) => a - b);
  return round(
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN,
  );
}

function round(value: number) {
  return Math.round(value * 100) / 100;
}
