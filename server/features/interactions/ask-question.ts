import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { followBranch } from "./branches.ts";
import type { Scope } from "./find-passages.ts";
import {
  failLostAnswers,
  findMessage,
  insertMessage,
  listMessageLinks,
  lockConversation,
  updateConversation,
  type MessageLink,
} from "./queries.ts";

export const UNTITLED = "New conversation";

export interface NewQuestion {
  content: string;
  use_materials: boolean;
  materials_only: boolean;
  edit_of?: string | undefined;
}

export interface PendingAnswer {
  conversationId: string;
  questionId: string;
  answerId: string;
  materials: Materials;
  scope: Scope;
  /** Ids of the messages that lead to the question, and its own. */
  path: string[];
}

/** What an answer may rest on: the materials and then general knowledge, nothing but them, or none of them. */
export type Materials = "first" | "only" | "none";

/** The question and the still empty answer are stored before any engine is asked: whatever fails, the question is kept. */
export async function askQuestion(
  context: Context,
  userId: string,
  conversationId: string,
  given: NewQuestion,
): Promise<PendingAnswer> {
  const content = given.content.toWellFormed().trim();
  const materials = !given.use_materials ? "none" : given.materials_only ? "only" : "first";
  return context.database.transaction().execute(async (tx) => {
    const { conversation, links } = await openConversation(tx, userId, conversationId);
    let before = followBranch(links);
    if (given.edit_of !== undefined) {
      const edited =
        links.find(({ id, role }) => id === given.edit_of && role === "user") ?? fail("not-found");
      before = edited.reply_to ? followBranch(upTo(links, edited.reply_to), edited.reply_to) : [];
    }
    const { id: questionId } = await insertMessage(tx, {
      user_id: userId,
      conversation_id: conversationId,
      reply_to: before.at(-1) ?? null,
      role: "user",
      content,
      materials,
      completed_at: new Date(),
    });
    const answerId = await insertAnswer(context, tx, userId, conversationId, questionId);
    await updateConversation(tx, userId, conversationId, {
      updated_at: new Date(),
      ...(conversation.title === UNTITLED && links.length === 0 ? { title: shorten(content) } : {}),
    });
    return {
      conversationId,
      questionId,
      answerId,
      materials,
      scope: conversation,
      path: [...before, questionId],
    };
  });
}

/** Another answer to a question that has one: a sibling of it. Also the way to try again after a failure. */
export async function askAgain(
  context: Context,
  userId: string,
  conversationId: string,
  messageId: string,
): Promise<PendingAnswer> {
  return context.database.transaction().execute(async (tx) => {
    const { conversation, links } = await openConversation(tx, userId, conversationId);
    const message = (await findMessage(tx, userId, conversationId, messageId)) ?? fail("not-found");
    const questionId = message.role === "user" ? message.id : message.reply_to;
    const question =
      questionId === message.id
        ? message
        : questionId && (await findMessage(tx, userId, conversationId, questionId));
    if (!questionId || !question) fail("not-found");
    const answerId = await insertAnswer(context, tx, userId, conversationId, questionId);
    await updateConversation(tx, userId, conversationId, { updated_at: new Date() });
    return {
      conversationId,
      questionId,
      answerId,
      materials: question.materials as Materials,
      scope: conversation,
      path: followBranch(upTo(links, questionId), questionId),
    };
  });
}

/** Without what came after it. */
function upTo(links: MessageLink[], id: string) {
  return links.filter((link) => link.id <= id);
}

async function openConversation(tx: Tx, userId: string, id: string) {
  const conversation = (await lockConversation(tx, userId, id)) ?? fail("not-found");
  let links = await listMessageLinks(tx, userId, id);
  if (links.some(({ status }) => status === "streaming")) {
    await failLostAnswers(tx, userId, id);
    links = await listMessageLinks(tx, userId, id);
  }
  if (links.some(({ status }) => status === "streaming")) {
    fail("conflict", {
      message:
        "An answer is still being written in this conversation. Wait for it, or stop it first.",
    });
  }
  return { conversation, links };
}

async function insertAnswer(
  { llm }: Context,
  tx: Tx,
  userId: string,
  conversationId: string,
  questionId: string,
) {
  const { id } = await insertMessage(tx, {
    user_id: userId,
    conversation_id: conversationId,
    reply_to: questionId,
    role: "assistant",
    status: "streaming",
    engine: llm?.name ?? "quotes",
    model: llm?.model ?? null,
  });
  await notifyChanged(tx, userId, { kind: "conversation", id: conversationId, change: "updated" });
  return id;
}

function shorten(text: string) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79).toWellFormed()}…`;
}
