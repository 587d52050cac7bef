import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { writeCards } from "#server/features/study/cards/create-cards.ts";
import { readCards } from "#server/features/study/cards/queries.ts";
import { gradeAnswer } from "./grade-answer.ts";
import { findQuiz, readQuestions, writeAnswers, type Question } from "./queries.ts";
import type { newAnswers } from "./shapes.ts";

/**
 * Practice: each answer is told at once, the first one counts. Exam: the answers that come are all there are, and the
 * rest is wrong.
 * @throws Failure `not-found`, `conflict` when an exam was handed in before, `invalid-input` for a question of another
 * quiz.
 */
export async function answerQuiz(
  context: Context,
  userId: string,
  id: string,
  given: z.infer<typeof newAnswers>["answers"],
) {
  return context.database.transaction().execute(async (tx) => {
    const quiz = (await findQuiz(tx, userId, id, true)) ?? fail("not-found");
    if (quiz.mode === "exam" && quiz.completed_at)
      fail("conflict", { message: "This exam was handed in before." });
    const questions = await readQuestions(tx, userId, id);
    const byId = new Map(questions.map((question) => [question.id, question]));
    const errors = given.flatMap(({ question_id }, at) =>
      byId.has(question_id)
        ? []
        : [{ field: `answers.${at}.question_id`, message: "is no question of this quiz" }],
    );
    if (errors.length > 0) fail("invalid-input", { errors });
    const answers = new Map(
      given.map((answer) => [answer.question_id, textOf(answer, byId.get(answer.question_id)!)]),
    );
    if (quiz.mode === "exam")
      for (const question of questions) if (!answers.has(question.id)) answers.set(question.id, "");
    await writeAnswers(
      tx,
      userId,
      [...answers].map(([question, answer]) => ({
        id: question,
        answer,
        is_right: gradeAnswer(byId.get(question)!, answer),
      })),
    );
    const after = await readQuestions(tx, userId, id);
    const answered = after.filter(({ answered_at }) => answered_at !== null);
    if (answered.length === after.length && !quiz.completed_at)
      await tx
        .updateTable("quizzes")
        .set({ completed_at: new Date() })
        .where("user_id", "=", userId)
        .where("id", "=", id)
        .execute();
    await notifyChanged(tx, userId, { kind: "quiz", id, change: "updated" });
    const seconds = (Date.now() - quiz.created_at.getTime()) / 1000;
    return {
      right: answered.filter(({ is_right }) => is_right).length,
      of: answered.length,
      questions: after.length,
      late: quiz.seconds_allowed !== null && seconds > quiz.seconds_allowed + 10,
      results: after.filter((question) => answers.has(question.id)).map(toResult),
    };
  });
}

function toResult({ id, answer, is_right, back, witness }: Question) {
  return {
    question_id: id,
    right: is_right === true,
    answer: answer ?? "",
    right_answer: back,
    witness,
  };
}

function textOf(
  { choice, text }: z.infer<typeof newAnswers>["answers"][number],
  { options }: Question,
) {
  const chosen = typeof choice === "number" ? options?.[choice] : choice;
  if (choice !== undefined) return typeof chosen === "string" ? chosen : "";
  return text ?? "";
}

/**
 * Wrong answers become cards; those that were made of a card, or became one, are not made again.
 * @throws Failure `not-found`.
 */
export async function makeCardsOfWrong(context: Context, userId: string, id: string) {
  return context.database.transaction().execute(async (tx) => {
    const quiz = (await findQuiz(tx, userId, id, true)) ?? fail("not-found");
    const wrong = (await readQuestions(tx, userId, id)).filter(
      // A picture was made of a card; without it nobody knows what is under the other parts.
      ({ is_right, card_id, kind }) =>
        is_right === false && card_id === null && kind !== "occlusion",
    );
    const made: string[] = [];
    for (const { id: question, kind, front, back, options, witness } of wrong) {
      const [row] = await writeCards(tx, userId, [
        {
          // The gap is hidden already: what is left is a question and its answer.
          kind: kind === "cloze" ? "typed" : kind,
          front,
          back,
          options,
          subject: quiz.subject,
          tags: ["quiz"],
          witness,
        },
      ]);
      made.push(row!.id);
      await tx
        .updateTable("quiz_questions")
        .set({ card_id: row!.id })
        .where("user_id", "=", userId)
        .where("id", "=", question)
        .execute();
    }
    if (made[0]) await notifyChanged(tx, userId, { kind: "card", id: made[0], change: "created" });
    return readCards(tx, userId, made);
  });
}
