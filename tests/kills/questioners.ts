/** Two tabs that ask in one conversation, each question once: whatever is killed, one is stored whole or not at all. */
import { setTimeout as sleep } from "node:timers/promises";

interface Message {
  id: string;
  reply_to: string | null;
  role: "user" | "assistant";
  status: string;
  content: string;
}

type Ask = (statement: string, values: unknown[]) => Promise<{ rows: Message[] }>;

const TABS = 2;

/** @returns the tabs, which ask until `stop`, and what to judge them by. */
export async function startQuestioners(url: () => string, token: string) {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url()}/api${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json",
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as { id: string };
  };
  await post("/study-materials", {
    title: "Moss",
    content: "Moss grows on the north side of trees. It drinks with its leaves.",
  });
  const { id } = await post("/conversations", { title: "Moss" });
  const answered = new Map<string, string>();
  let stopped = false;
  const tabs = Array.from({ length: TABS }, async (_, tab) => {
    for (let n = 0; !stopped; n++) {
      const content = `Where does moss grow? ${tab}.${n}`;
      await post(`/conversations/${id}/messages`, { content }).then(
        (answer) => answered.set(content, answer.id),
        () => sleep(200),
      );
      await sleep(100);
    }
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(tabs);
    },
    async judge(ask: Ask): Promise<{ questions: number; broken: string[] }> {
      const { rows } = await ask(
        "select id, reply_to, role, status, content from messages where conversation_id = $1 order by id",
        [id],
      );
      const broken: string[] = [];
      const repliesTo = new Map<string | null, Message[]>();
      for (const row of rows)
        repliesTo.set(row.reply_to, [...(repliesTo.get(row.reply_to) ?? []), row]);
      for (const [to, replies] of repliesTo)
        if (replies.length > 1) broken.push(`${replies.length} messages follow ${to ?? "nothing"}`);
      for (const { id: question, role, content } of rows)
        if (role === "user" && !repliesTo.has(question)) broken.push(`no answer to ${content}`);
      for (const [content, answer] of answered) {
        const asked = rows.filter((row) => row.role === "user" && row.content === content);
        const reply = rows.find((row) => row.id === answer);
        if (asked.length !== 1) broken.push(`${content} stands there ${asked.length} times`);
        else if (reply?.reply_to !== asked[0]!.id || reply.status !== "complete")
          broken.push(`the answer to ${content} that was told is not there whole`);
      }
      return { questions: answered.size, broken };
    },
  };
}
