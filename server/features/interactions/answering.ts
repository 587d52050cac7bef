/** Writes the answers of this process, to whoever asked: as a stream of events or as one document. */
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { fail, type FailureCode } from "#server/failures.ts";
import type { OpenStreams } from "#server/features/quotas/open-streams.ts";
import type { GiveBack } from "#server/http/places.ts";
import type { AppEnv } from "#server/http/router.ts";
import { serverSent } from "#server/http/server-sent.ts";
import { toFailure } from "#server/to-failure.ts";
import { answerAtOnce, type AnsweredAtOnce } from "./answer-at-once.ts";
import { askAgain, askQuestion, type NewQuestion, type PendingAnswer } from "./ask-question.ts";
import type { AnswerListener } from "./growing-answer.ts";
import { readMessages } from "./queries.ts";
import { showMessage, type ShownMessage } from "./read-messages.ts";
import { writeAnswer } from "./write-answer.ts";

export type Answering = ReturnType<typeof createAnswering>;

export function createAnswering(context: Context, streams: OpenStreams) {
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

  /** @param ask not called where too many answers are being written already. */
  async function respond(
    c: HonoContext<AppEnv>,
    ask: () => Promise<PendingAnswer | AnsweredAtOnce>,
  ) {
    const giveBack = await streams.take(c.get("caller"), "answer_streams");
    const streamed = c.req.header("accept")?.includes("text/event-stream") ?? false;
    try {
      const asked = await ask();
      if (streamed)
        return "answer" in asked
          ? wholeAsStream(c, asked, giveBack)
          : await asStream(context, c, asked, giveBack, (listener) =>
              write(c.get("caller").userId, asked, listener),
            );
      const answer = "answer" in asked ? c.json(asked.answer, 200) : await asDocument(c, asked);
      await giveBack();
      return answer;
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  return {
    ask: (c: HonoContext<AppEnv>, conversationId: string, given: NewQuestion) =>
      respond(c, async () => {
        const { userId } = c.get("caller");
        return (
          (await answerAtOnce(context, userId, conversationId, given)) ??
          (await askQuestion(context, userId, conversationId, given))
        );
      }),
    askAgain: (c: HonoContext<AppEnv>, conversationId: string, messageId: string) =>
      respond(c, () => askAgain(context, c.get("caller").userId, conversationId, messageId)),
    /** Where this process writes it; another one notices within a second that it is no longer streaming. */
    stop: (answerId: string) => writing.get(answerId)?.abort("stopped"),
  };
}

/** A reader that goes away misses the stream, not the answer: it is written to its end and stored. */
async function asStream(
  { database, log }: Context,
  c: HonoContext<AppEnv>,
  pending: PendingAnswer,
  giveBack: GiveBack,
  write: (listener: AnswerListener) => Promise<ShownMessage>,
) {
  const { userId } = c.get("caller");
  const { questionId, answerId, links } = pending;
  const [question, answer] = (await readMessages(database, userId, [questionId, answerId])).map(
    (message) => showMessage(message, [], links),
  );
  return serverSent(c, async ({ send }) => {
    await send("start", { question, message: answer });
    try {
      const message = await write({
        text: (text) => void send("token", { text }),
        citation: (citation) => void send("citation", citation),
      });
      // Before it is told: whoever has the whole answer may ask the next question.
      await giveBack();
      const { error_code: code, error_message: detail } = message;
      if (message.status === "failed") await send("error", { code, detail, message });
      else await send("done", { message });
    } catch (error) {
      const { code, message: detail } = toFailure(error);
      // Deleted while it was written: nothing is wrong.
      if (code !== "not-found")
        log.error({ message_id: answerId, err: error }, "an answer could not be stored");
      await send("error", { code, detail });
    } finally {
      await giveBack();
    }
  });
}

/** Told as if it had been written word by word. */
function wholeAsStream(
  c: HonoContext<AppEnv>,
  { question, answer }: AnsweredAtOnce,
  giveBack: GiveBack,
) {
  return serverSent(c, async ({ send }) => {
    await send("start", { question, message: beforeItWasWritten(answer) });
    for (const citation of answer.citations) await send("citation", citation);
    await send("token", { text: answer.content });
    await giveBack();
    await send("done", { message: answer });
  });
}

function beforeItWasWritten(answer: ShownMessage): ShownMessage {
  return {
    ...showMessage({ ...answer, content: "", status: "streaming", completed_at: null }, [], []),
    siblings: answer.siblings,
  };
}
