import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { followBranch } from "./branches.ts";
import type { Scope } from "./find-passages.ts";
import {
  failLostAnswers,
  findMessage,
  insertMessages,
  listMessageLinks,
  lockConversation,
  type MessageLink,
} from "./queries.ts";
import { titleOfQuestion } from "./title-from-materials.ts";

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
  question: string;
  materials: Materials;
  scope: Scope;
  /** Ids of the messages that lead to the question, and its own. */
  path: string[];
  /** Every message of the conversation: nothing is added to it while the answer is written. */
  links: MessageLink[];
  /** The conversation is called after this question, until an answer quotes something. */
  isTitle: boolean;
}

/** What an answer may rest on: the materials and then general knowledge, nothing but them, or none of them. */
export type Materials = "first" | "only" | "none";

/**
 * The question and the still empty answer are stored before any engine is asked: whatever fails, the question is kept.
 * @throws Failure `not-found`, `conflict`.
 */
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
    const reply_to = before.at(-1) ?? null;
    const isTitle = conversation.title === UNTITLED && links.length === 0;
    const { question_id: questionId, answer_id: answerId } = await insertMessages(tx, {
      ...engineOf(context),
      userId,
      conversationId,
      question: { reply_to, content, materials },
      title: isTitle ? titleOfQuestion(content) : undefined,
    });
    return {
      conversationId,
      questionId,
      answerId,
      question: content,
      materials,
      scope: conversation,
      path: [...before, questionId],
      links: [
        ...links,
        { id: questionId, reply_to, role: "user", status: "complete" },
        emptyAnswer(answerId, questionId),
      ],
      isTitle,
    };
  });
}

/**
 * Another answer to a question that has one: a sibling of it. Also the way to try again after a failure.
 * @throws Failure `not-found`, `conflict`.
 */
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
    const { answer_id: answerId } = await insertMessages(tx, {
      ...engineOf(context),
      userId,
      conversationId,
      question: { id: questionId },
      title: undefined,
    });
    return {
      conversationId,
      questionId,
      answerId,
      question: question.content,
      materials: question.materials as Materials,
      scope: conversation,
      path: followBranch(upTo(links, questionId), questionId),
      links: [...links, emptyAnswer(answerId, questionId)],
      isTitle: conversation.title === titleOfQuestion(question.content),
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

function engineOf({ llm }: Context) {
  return { engine: llm?.name ?? "quotes", model: llm?.model ?? null };
}

function emptyAnswer(id: string, questionId: string): MessageLink {
  return { id, reply_to: questionId, role: "assistant", status: "streaming" };
}
