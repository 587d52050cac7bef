/** Writes the answers of this process, to whoever asked: as a stream of events or as one document. */
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { fail, type FailureCode } from "#server/failures.ts";
import type { OpenStreams } from "#server/features/quotas/open-streams.ts";
import type { GiveBack } from "#server/http/places.ts";
import type { AppEnv } from "#server/http/router.ts";
import { serverSent } from "#server/http/server-sent.ts";
import type { PendingAnswer } from "./ask-question.ts";
import type { AnswerListener } from "./growing-answer.ts";
import { readMessages } from "./queries.ts";
import { showMessage } from "./read-messages.ts";
import { writeAnswer } from "./write-answer.ts";

export type Answering = ReturnType<typeof createAnswering>;

export function createAnswering(context: Context, streams: OpenStreams) {
  const { database } = context;
  const writing = new Map<string, AbortController>();

  async function write(userId: string, pending: PendingAnswer, listener: AnswerListener) {
    const abort = new AbortController();
    writing.set(pending.answerId, abort);
    try {
      return await writeAnswer(context, userId, pending, abort.signal, listener);
    } finally {
      writing.delete(pending.answerId);
    }
  }

  async function asDocument(c: HonoContext<AppEnv>, pending: PendingAnswer) {
    const written = await write(c.get("caller").userId, pending, {
      text: () => {},
      citation: () => {},
    });
    if (written.status === "failed")
      fail(written.error_code as FailureCode, { message: written.error_message! });
    return c.json(written, 200);
  }

  /** A reader that goes away misses the stream, not the answer: it is written to its end and stored. */
  async function asStream(c: HonoContext<AppEnv>, pending: PendingAnswer, giveBack: GiveBack) {
    const { userId } = c.get("caller");
    const { questionId, answerId, links } = pending;
    const [question, answer] = (await readMessages(database, userId, [questionId, answerId])).map(
      (message) => showMessage(message, [], links),
    );
    return serverSent(c, async ({ send }) => {
      await send("start", { question, message: answer });
      try {
        const message = await write(userId, pending, {
          text: (text) => void send("token", { text }),
          citation: (citation) => void send("citation", citation),
        });
        // Before it is told: whoever has the whole answer may ask the next question.
        await giveBack();
        const { error_code: code, error_message: detail } = message;
        if (message.status === "failed") await send("error", { code, detail, message });
        else await send("done", { message });
      } catch (error) {
        context.log.error({ message_id: answerId, err: error }, "an answer could not be stored");
        await send("error", {
          code: "internal",
          detail: "Something went wrong on the server. Please ask again.",
        });
      } finally {
        await giveBack();
      }
    });
  }

  return {
    /** @param ask stores the question; not called where too many answers are being written already. */
    async respond(c: HonoContext<AppEnv>, ask: () => Promise<PendingAnswer>) {
      const giveBack = await streams.take(c.get("caller").userId, "answer_streams");
      try {
        const pending = await ask();
        if (c.req.header("accept")?.includes("text/event-stream"))
          return await asStream(c, pending, giveBack);
        const answer = await asDocument(c, pending);
        await giveBack();
        return answer;
      } catch (error) {
        await giveBack();
        throw error;
      }
    },
    /** Where this process writes it; another one notices within a second that it is no longer streaming. */
    stop: (answerId: string) => writing.get(answerId)?.abort("stopped"),
  };
}
