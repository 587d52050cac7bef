import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { studyAside } from "#server/features/study/aside/study-aside.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { answerQuiz, makeCardsOfWrong } from "./answer-quiz.ts";
import { compareMeaning } from "./compare-meaning.ts";
import { readAgain } from "./judge-by-model.ts";
import { findQuiz, listQuizzes, readQuestions, type Question, type QuizRow } from "./queries.ts";
import {
  newAnswers,
  newQuiz,
  newTeachBack,
  quiz,
  quizSummary,
  results,
  teachBack as teachBackShape,
  cardsOfMistakes,
} from "./shapes.ts";

const tags = ["quizzes"];

const make = createRoute({
  method: "post",
  path: "/quizzes",
  tags,
  summary: "Make a quiz from a source, a subject or a set of cards",
  description:
    "Cards that the student gets wrong come first, at most half of it; the rest is made of " +
    "the sources. Right answers and witnesses are shown once a question was answered.",
  request: { body: jsonBody(newQuiz) },
  responses: { 201: json(quiz, "The quiz"), ...problems },
});

const list = createRoute({
  method: "get",
  path: "/quizzes",
  tags,
  summary: "Quizzes, newest first",
  request: { query: pageQuery },
  responses: { 200: json(pageOf(quizSummary), "A page of quizzes"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/quizzes/{id}",
  tags,
  summary: "One quiz with its questions",
  request: {
    params: idParam,
    query: z.object({
      answers: z
        .enum(["given", "all"])
        .default("given")
        .openapi({ description: "`all`: for paper, the right answers with their witnesses too" }),
    }),
  },
  responses: { 200: json(quiz, "The quiz"), ...problems },
});

const answer = createRoute({
  method: "post",
  path: "/quizzes/{id}/answers",
  tags,
  summary: "Answer questions of a practice quiz, or hand in an exam",
  request: { params: idParam, body: jsonBody(newAnswers) },
  responses: { 200: json(results, "What was right, each with its witness"), ...problems },
});

const keepWrong = createRoute({
  method: "post",
  path: "/quizzes/{id}/cards",
  tags,
  summary: "Make cards of the questions that were answered wrong",
  request: { params: idParam },
  responses: { 201: json(cardsOfMistakes, "The new cards"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/quizzes/{id}",
  tags,
  summary: "Delete a quiz",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

const teach = createRoute({
  method: "post",
  path: "/teach-backs",
  tags,
  summary: "Explain a topic; what of the sources was covered, missed or contradicted",
  request: { body: jsonBody(newTeachBack) },
  responses: { 200: json(teachBackShape, "Each with its witness and reason"), ...problems },
});

export function quizRoutes(context: Context) {
  const { database } = context;
  const present = async (userId: string, row: QuizRow, withAnswers = false) =>
    toQuiz(row, await readQuestions(database, userId, row.id), withAnswers);
  return createRouter()
    .openapi(make, async (c) => {
      const { userId } = c.get("caller");
      const made = await studyAside(context, "makeQuiz", userId, c.req.valid("json"));
      return c.json(await present(userId, made), 201);
    })
    .openapi(list, async (c) => {
      const page = c.req.valid("query");
      const rows = await listQuizzes(database, c.get("caller").userId, page);
      return c.json(toPage(rows.map(withSource), page.limit), 200);
    })
    .openapi(get, async (c) => {
      const { userId } = c.get("caller");
      const found =
        (await findQuiz(database, userId, c.req.valid("param").id)) ?? fail("not-found");
      const withAnswers = c.req.valid("query").answers === "all";
      return c.json(await present(userId, found, withAnswers), 200);
    })
    .openapi(answer, async (c) => {
      const { answers } = c.req.valid("json");
      const { id } = c.req.valid("param");
      return c.json(await answerQuiz(context, c.get("caller").userId, id, answers), 200);
    })
    .openapi(keepWrong, async (c) => {
      const { id } = c.req.valid("param");
      const items = await makeCardsOfWrong(context, c.get("caller").userId, id);
      return c.json({ items }, 201);
    })
    .openapi(remove, async (c) => {
      const { numDeletedRows } = await database
        .deleteFrom("quizzes")
        .where("user_id", "=", c.get("caller").userId)
        .where("id", "=", c.req.valid("param").id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) fail("not-found");
      return c.body(null, 204);
    })
    .openapi(teach, async (c) => {
      const wish = c.req.valid("json");
      const made = await studyAside(context, "teachBack", c.get("caller").userId, wish);
      const meant = await compareMeaning(context, made, wish.text);
      return c.json(context.llm ? await readAgain(context.llm, meant, wish.text) : meant, 200);
    });
}

function withSource<T extends QuizRow>({ source_kind, source_id, ...row }: T) {
  return {
    ...row,
    source: source_kind && source_id ? { kind: source_kind, id: source_id } : null,
  };
}

/** What would tell the answer is left out until it was given. */
function toQuiz(row: QuizRow, questions: Question[], withAnswers = false) {
  return {
    ...withSource(row),
    right: questions.filter(({ is_right }) => is_right).length,
    of: questions.length,
    questions: questions.map(({ back, is_right, answered_at, witness, options, ...question }) => ({
      ...question,
      ...partsAndTexts(options),
      right: is_right,
      right_answer: answered_at || withAnswers ? back : null,
      witness: answered_at || withAnswers ? witness : null,
    })),
  };
}

function partsAndTexts(options: Question["options"]) {
  const texts = (options ?? []).filter((option) => typeof option === "string");
  const parts = (options ?? []).filter((option) => typeof option !== "string");
  return { options: texts.length > 0 ? texts : null, parts: parts.length > 0 ? parts : null };
}
