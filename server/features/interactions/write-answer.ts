import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { Failure } from "#server/failures.ts";
import { toRow, type Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { toFailure } from "#server/to-failure.ts";
import type { PendingAnswer } from "./ask-question.ts";
import { followBranch } from "./branches.ts";
import { findEvidence } from "./find-passages.ts";
import { MAX_OUTPUT_TOKENS, buildPrompt } from "./prompt.ts";
import {
  findConversation,
  insertCitation,
  keepAnswer,
  listMessageLinks,
  readPath,
} from "./queries.ts";
import { answerByQuotes, nothingFound } from "./quote-answer.ts";
import { createQuoteGate } from "./quote-gate.ts";
import { withCitations, type ShownMessage } from "./read-messages.ts";
import { readQuestion } from "./read-question.ts";
import { summariseOlder, type FittedHistory, type PastMessage } from "./summarise-history.ts";
import { tutorSays } from "./tutor-sentences.ts";

/** Told of the answer as it grows. A citation always comes before the text that has its number. */
export interface AnswerListener {
  text(piece: string): void;
  citation(citation: Citation): void;
}

const KEEP_EVERY_MS = 1000;

/**
 * Writes the answer that askQuestion left empty, whether or not anybody still listens, and stores it with its citations.
 * Never rejects for the provider's sake: the failure stands in the message.
 */
export async function writeAnswer(
  context: Context,
  userId: string,
  pending: PendingAnswer,
  signal: AbortSignal,
  listener: AnswerListener,
): Promise<ShownMessage> {
  const { database, llm } = context;
  const { conversationId, questionId, answerId, materials } = pending;
  const stopped = new AbortController();
  const anySignal = AbortSignal.any([signal, stopped.signal]);
  let content = "";
  let citations: Citation[] = [];
  let dropped = 0;
  let fitted: FittedHistory | undefined;
  let failure: Failure | undefined;
  const keep = setInterval(() => {
    keepAnswer(database, userId, answerId, content).then(
      (going) => going || stopped.abort("stopped"),
      () => {},
    );
  }, KEEP_EVERY_MS);
  let waiting = "";
  let told = 0;
  const say = (piece: string) => {
    waiting += piece;
  };
  const flush = async () => {
    const fresh = citations.slice(told);
    told = citations.length;
    await setExactSeconds(database, userId, fresh);
    fresh.forEach((citation) => listener.citation(citation));
    if (waiting === "") return;
    content += waiting;
    listener.text(waiting);
    waiting = "";
  };
  try {
    const { question, history, scope } = await readPending(
      context,
      userId,
      conversationId,
      questionId,
    );
    const read = readQuestion(question);
    const evidence =
      llm && materials !== "none"
        ? await findEvidence(context, userId, scope, read, history)
        : undefined;
    const passages = evidence?.passages ?? [];
    const only = materials === "only";
    if (llm && evidence && only && passages.length === 0) {
      say(nothingFound(evidence));
    } else if (llm) {
      const preface =
        evidence && passages.length === 0 ? `${tutorSays("general", read.language)}\n\n` : "";
      say(preface);
      fitted = await summariseOlder(context, history, anySignal);
      const { kept, summary } = fitted;
      const prompt = buildPrompt(question, passages, kept, summary, materials);
      const gate = createQuoteGate(evidence?.passages, question, {
        text: say,
        citation: (citation) => citations.push(citation),
      });
      try {
        for await (const piece of llm.complete({
          ...prompt,
          maxOutputTokens: MAX_OUTPUT_TOKENS,
          signal: anySignal,
        })) {
          gate.push(piece);
          // Until a quotation is checked nobody knows whether the materials say anything.
          if (!only || citations.length > 0) await flush();
        }
      } finally {
        gate.end();
        dropped = gate.dropped;
        if (only && citations.length === 0) waiting = "";
        await flush();
      }
      if (only && evidence && citations.length === 0 && !anySignal.aborted) {
        say(nothingFound(evidence));
        await flush();
      }
      if (content.trim() === preface.trim() && !anySignal.aborted)
        throw new Failure("model-failed", {
          message: "The language model gave an empty answer. Please try again.",
        });
    } else if (materials !== "none") {
      const answer = await answerByQuotes(context, userId, scope, question, history);
      citations = answer.citations;
      say(answer.content);
    } else {
      say(
        "No language model is set up on this server, so only questions about your own materials can be answered.",
      );
    }
    await flush();
  } catch (error) {
    if (!anySignal.aborted) {
      failure = toFailure(error);
      const level = failure.code === "internal" ? "error" : "warn";
      context.log[level](
        { message_id: answerId, code: failure.code, err: failure.cause ?? failure },
        "an answer failed",
      );
    }
  } finally {
    clearInterval(keep);
  }

  const status = failure ? "failed" : anySignal.aborted ? "stopped" : "complete";
  await database.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable("messages")
      .set({
        content: content.slice(0, 200_000),
        // Stopped stays stopped, whoever finishes later.
        status: sql`case status when 'streaming' then ${status} else status end`,
        error_code: failure?.code ?? null,
        error_message: failure?.message ?? null,
        history_summary: fitted?.summary ?? null,
        summarised_messages: fitted?.summarised ?? 0,
        dropped_citations: Math.min(dropped, 32_767),
        completed_at: sql`now()`,
      })
      .where("user_id", "=", userId)
      .where("id", "=", answerId)
      .returning("id")
      .executeTakeFirst();
    // The conversation may have been deleted meanwhile.
    if (!row) return;
    for (const citation of citations) await insertCitation(tx, toRow(userId, answerId, citation));
    await notifyChanged(tx, userId, { kind: "message", id: answerId, change: "created" });
  });
  const [message] = await withCitations(
    database,
    userId,
    [answerId],
    await listMessageLinks(database, userId, conversationId),
  );
  if (!message) throw new Failure("not-found");
  return message;
}

async function readPending(
  { database }: Context,
  userId: string,
  conversationId: string,
  questionId: string,
) {
  const scope = await findConversation(database, userId, conversationId);
  if (!scope) throw new Failure("not-found");
  const links = await listMessageLinks(database, userId, conversationId);
  const path = followBranch(
    links.filter(({ id }) => id <= questionId),
    questionId,
  );
  const messages = await readPath(database, userId, path);
  const question = messages.at(-1)!.content;
  const history = messages.slice(0, -1) as PastMessage[];
  return { question, history: history.filter(({ content }) => content.trim() !== ""), scope };
}
