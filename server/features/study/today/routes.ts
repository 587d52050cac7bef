import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { subject } from "#server/http/shapes.ts";
import { exam, newExam, newPlace, statistics, subjectSummaries, todayAnswer } from "./shapes.ts";
import { readStatistics } from "./statistics.ts";
import { listSubjects, makeToday, planOf, readExams } from "./today.ts";

const tags = ["study"];
const getToday = createRoute({
  method: "get",
  path: "/study/today",
  tags,
  summary: "What is due, what to go on with, what is new, and the plan to each exam",
  responses: { 200: json(todayAnswer, "Today"), ...problems },
});

const getStatistics = createRoute({
  method: "get",
  path: "/study/statistics",
  tags,
  summary: "Cards by state, reviews and retention by day, streak, forecast",
  request: {
    query: z.object({
      subject: subject.optional(),
      days: z.coerce.number().int().min(1).max(365).default(30),
    }),
  },
  responses: { 200: json(statistics, "The statistics"), ...problems },
});

const getSubjects = createRoute({
  method: "get",
  path: "/study/subjects",
  tags,
  summary: "Subjects, and what there is of each",
  responses: {
    200: json(subjectSummaries, "The subjects"),
    ...problems,
  },
});

const putPlace = createRoute({
  method: "put",
  path: "/study/places",
  tags,
  summary: "Remember where a lecture or document was left",
  request: { body: jsonBody(newPlace) },
  responses: { 204: { description: "Remembered" }, ...problems },
});

const listExams = createRoute({
  method: "get",
  path: "/study/exams",
  tags,
  summary: "Exams, the next one first",
  responses: { 200: json(z.object({ items: z.array(exam) }), "The exams"), ...problems },
});

const addExam = createRoute({
  method: "post",
  path: "/study/exams",
  tags,
  summary: "Enter an exam",
  request: { body: jsonBody(newExam) },
  responses: { 201: json(exam, "The exam, with a plan back from it"), ...problems },
});

const patchExam = createRoute({
  method: "patch",
  path: "/study/exams/{id}",
  tags,
  summary: "Change an exam",
  request: { params: idParam, body: jsonBody(newExam.partial()) },
  responses: { 200: json(exam, "The exam"), ...problems },
});

const removeExam = createRoute({
  method: "delete",
  path: "/study/exams/{id}",
  tags,
  summary: "Delete an exam",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

export function todayRoutes(context: Context) {
  const { database } = context;
  const plannedExams = async (userId: string, id?: string) => {
    const [exams, today] = await Promise.all([
      readExams(database, userId, id),
      makeToday(database, userId),
    ]);
    return exams.map((one) => ({ ...one, ...planOf(one, today.date) }));
  };
  return createRouter()
    .openapi(getToday, async (c) => c.json(await makeToday(database, c.get("caller").userId), 200))
    .openapi(getStatistics, async (c) => {
      const query = c.req.valid("query");
      return c.json(await readStatistics(database, c.get("caller").userId, query), 200);
    })
    .openapi(getSubjects, async (c) =>
      c.json({ items: await listSubjects(database, c.get("caller").userId) }, 200),
    )
    .openapi(putPlace, async (c) => {
      const { source, at_seconds = null, page = null } = c.req.valid("json");
      const { userId } = c.get("caller");
      const table = source.kind === "recording" ? "recordings" : "study_materials";
      const { rows } = await sql`
        insert into study_places (user_id, source_kind, source_id, at_seconds, page)
        select ${userId}, ${source.kind}, id, ${at_seconds}, ${page} from ${sql.table(table)}
        where user_id = ${userId} and id = ${source.id}
        on conflict (user_id, source_kind, source_id) do update
          set at_seconds = excluded.at_seconds, page = excluded.page, seen_at = now()
        returning source_id`.execute(database);
      if (rows.length === 0) fail("not-found");
      return c.body(null, 204);
    })
    .openapi(listExams, async (c) =>
      c.json({ items: await plannedExams(c.get("caller").userId) }, 200),
    )
    .openapi(addExam, async (c) => {
      const { userId } = c.get("caller");
      const { title, subject: named = null, exam_on } = c.req.valid("json");
      const { rows } = await sql<{ id: string }>`
        insert into exam_dates (user_id, title, subject, exam_on)
        values (${userId}, ${title}, ${named}, ${exam_on}::date) returning id`.execute(database);
      const [made] = await plannedExams(userId, rows[0]!.id);
      return c.json(made!, 201);
    })
    .openapi(patchExam, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const patch = c.req.valid("json");
      const [before] = await readExams(database, userId, id);
      if (!before) fail("not-found");
      const after = { ...before, ...patch };
      await sql`
        update exam_dates set title = ${after.title}, subject = ${after.subject}, exam_on = ${after.exam_on}::date
        where user_id = ${userId} and id = ${id}`.execute(database);
      const [changed] = await plannedExams(userId, id);
      return c.json(changed ?? fail("not-found"), 200);
    })
    .openapi(removeExam, async (c) => {
      const { numDeletedRows } = await database
        .deleteFrom("exam_dates")
        .where("user_id", "=", c.get("caller").userId)
        .where("id", "=", c.req.valid("param").id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) fail("not-found");
      return c.body(null, 204);
    });
}
