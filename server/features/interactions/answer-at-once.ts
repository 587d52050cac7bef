/**
 * Without a language model an answer is there in milliseconds. Question and answer are then stored together, in one
 * statement, instead of the question first and its answer when it has been written: half the work for the database,
 * which does little else for a course.
 */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { toRow, type Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { UNTITLED, type NewQuestion } from "./ask-question.ts";
import { followBranch } from "./branches.ts";
import { listMessageLinks, readPath } from "./queries.ts";
import { answerByQuotes } from "./quote-answer.ts";
import { showMessage, type ShownMessage } from "./read-messages.ts";
import { findOpenConversation, storeAnswered, type OpenConversation } from "./store-answered.ts";
import type { PastMessage } from "./summarise-history.ts";
import { titleFromMaterials, titleOfQuestion } from "./title-from-materials.ts";

/** Messages before the question: it leans on the three before it at the most (follow-up.ts). */
const MOST_LEANED_ON = 6;

export interface AnsweredAtOnce {
  question: ShownMessage;
  answer: ShownMessage;
}

/**
 * Conversations as their last answer left them: the next question is asked without looking, and finds out when its
 * answer is stored whether anything was changed meanwhile.
 */
const lastSeen = new Map<string, OpenConversation>();
const MOST_SEEN = 20_000;

/**
 * @returns undefined where it takes longer or something came between, and nothing was stored: the question is then
 *   asked as any other (ask-question.ts).
 * @throws Failure `not-found`.
 */
export async function answerAtOnce(
  context: Context,
  userId: string,
  conversationId: string,
  given: NewQuestion,
): Promise<AnsweredAtOnce | undefined> {
  if (context.llm || given.edit_of !== undefined || !given.use_materials) return undefined;
  const asked: Asked = {
    userId,
    conversationId,
    content: given.content.toWellFormed().trim(),
    materials: given.materials_only ? "only" : "first",
  };
  const key = `${userId} ${conversationId}`;
  const seen = lastSeen.get(key);
  lastSeen.delete(key);
  const done = seen && (await answerIn(context, seen, asked));
  if (done) return done;
  const conversation =
    (await findOpenConversation(context.database, userId, conversationId)) ?? fail("not-found");
  return conversation.is_streaming ? undefined : answerIn(context, conversation, asked);
}

interface Asked {
  userId: string;
  conversationId: string;
  content: string;
  materials: "only" | "first";
}

async function answerIn(
  context: Context,
  conversation: OpenConversation,
  { userId, conversationId, content, materials }: Asked,
): Promise<AnsweredAtOnce | undefined> {
  const { database } = context;
  try {
    const answer = await answerByQuotes(context, userId, conversation, content, () =>
      readHistory(context, userId, conversationId),
    );
    await setExactSeconds(database, userId, answer.citations);
    const title = titleFor(conversation, content, answer.citations);
    const stored = await storeAnswered(database, userId, {
      conversation: { id: conversationId, used_at: conversation.used_at },
      title,
      question: { reply_to: conversation.newest, content, materials },
      answer: { content: answer.content, engine: "quotes" },
      citations: answer.citations.map((citation) => toRow(userId, "", citation)),
    });
    if (!stored) return undefined;
    if (lastSeen.size >= MOST_SEEN) lastSeen.clear();
    lastSeen.set(`${userId} ${conversationId}`, {
      ...conversation,
      title: title ?? conversation.title,
      used_at: stored.used_at,
      newest: stored.answer.id,
    });
    return show(stored);
  } catch (error) {
    // Whatever it is: a question is kept, and the failure with it.
    context.log.warn({ err: error }, "a question was not answered at once");
    return undefined;
  }
}

function titleFor({ title, newest }: OpenConversation, question: string, citations: Citation[]) {
  if (title !== UNTITLED || newest !== null) return undefined;
  return titleFromMaterials(question, citations) ?? titleOfQuestion(question);
}

async function readHistory({ database }: Context, userId: string, conversationId: string) {
  const path = followBranch(await listMessageLinks(database, userId, conversationId));
  const messages = await readPath(database, userId, path.slice(-MOST_LEANED_ON));
  return (messages as PastMessage[]).filter(({ content }) => content.trim() !== "");
}

function show({ question, answer, cited }: NonNullable<Awaited<ReturnType<typeof storeAnswered>>>) {
  // Both are the newest of their conversation: neither has another version.
  const links = [question, answer];
  return {
    question: showMessage(question, [], links),
    answer: showMessage(answer, cited, links),
  };
}
