/** An OpenAI-compatible chat server on loopback whose answers a test writes. */
import type { ServerResponse } from "node:http";
import { startScriptedServer, type ScriptedServer } from "./openai-server.ts";

export interface ChatRequest {
  model: string;
  stream: boolean;
  max_tokens?: number;
  messages: { role: string; content: string }[];
}

/** Sends the answer itself: pieces through `say`, and the end, if it comes to that. */
export type Answerer = (request: ChatRequest, reply: Reply) => unknown;

export interface Reply {
  response: ServerResponse;
  /** A piece of the answer; false once the reader has gone. */
  say(piece: string): boolean;
  finish(): void;
}

export interface ChatServer extends Pick<ScriptedServer, "url" | "asked" | "close"> {
  answer(next: Answerer | string): void;
}

export async function startChatServer(): Promise<ChatServer> {
  let answerer: Answerer = (_request, reply) => reply.finish();
  const server = await startScriptedServer(async (asked, response) => {
    const request = JSON.parse(asked.body.toString()) as ChatRequest;
    const begin = () => {
      if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
    };
    const chunk = (delta: object, finish_reason: string | null) =>
      response.write(
        `data: ${JSON.stringify({
          id: "c",
          object: "chat.completion.chunk",
          created: 1,
          model: request.model,
          choices: [{ index: 0, delta, finish_reason }],
        })}\n\n`,
      );
    await answerer(request, {
      response,
      say(piece) {
        begin();
        return response.destroyed ? false : chunk({ content: piece }, null) || !response.destroyed;
      },
      finish() {
        begin();
        chunk({}, "stop");
        response.end("data: [DONE]\n\n");
      },
    });
  });
  return {
    url: `${server.url}/v1`,
    asked: server.asked,
    close: server.close,
    answer(next) {
      answerer =
        typeof next === "string"
          ? (_request, reply) => {
              // In uneven pieces: a quotation mark may come alone.
              for (let at = 0; at < next.length; at += 7) reply.say(next.slice(at, at + 7));
              reply.finish();
            }
          : next;
    },
  };
}
