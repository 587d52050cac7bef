import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { fit } from "#server/features/study/reviews/shapes.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { subject } from "#server/http/shapes.ts";
import { readStatistics } from "./statistics.ts";
import { listSubjects, makeToday, planOf, readExams } from "./today.ts";

const tags = ["study"];
const date = z.string().openapi({ description: "YYYY-MM-DD, a day of study" });

const exam = z
  .object({
    id: z.string(),
    title: z.string(),
    subject: z.string().nullable(),
    exam_on: date,
    cards: z.number(),
    new_cards: z.number(),
    days_left: z.number(),
    plan: z.object({
      new_cards_a_day: z.number(),
      new_cards_done_on: date,
    }),
  })
  .openapi("Exam");

const todayAnswer = z
  .object({
    date,
    day_ends_at: z.iso.datetime(),
    due: z.object({
      learning: z.number(),
      review: z.number(),
      new: z.number(),
      total: z.number(),
      by_subject: z.array(z.object({ subject: z.string().nullable(), due: z.number() })),
    }),
    next_due_at: z.iso.datetime().nullable(),
    done_today: z.number(),
    go_on: z.array(
      z.object({
        source: z.object({
          kind: z.enum(["recording", "study_material"]),
          id: z.string(),
          title: z.string(),
        }),
        subject: z.string().nullable(),
        at_seconds: z.number().nullable(),
        duration_seconds: z.number().nullable(),
        page: z.number().nullable(),
        page_count: z.number().nullable(),
        seen_at: z.iso.datetime(),
      }),
    ),
    new_since: z.object({
      since: z.iso.datetime(),
      items: z.array(
        z.object({
          kind: z.string(),
          id: z.string(),
          title: z.string(),
          subject: z.string().nullable(),
          created_at: z.iso.datetime(),
        }),
      ),
    }),
    exams: z.array(exam),
  })
  .openapi("Today");

const getToday = createRoute({
  method: "get",
  path: "/study/today",
  tags,
  summary: "What is due, what to go on with, what is new, and the plan to each exam",
  responses: { 200: json(todayAnswer, "Today"), ...problems },
});

const statistics = z
  .object({
    date,
    cards: z.object({
      total: z.number(),
      new: z.number(),
      learning: z.number(),
      review: z.number(),
      relearning: z.number(),
      suspended: z.number(),
      leeches: z.number(),
    }),
    reviews: z.object({
      total: z.number(),
      today: z.number(),
      seconds_today: z.number(),
      in_period: z.number(),
      seconds_in_period: z.number(),
    }),
    retention: z.object({
      desired: z.number(),
      reviews: z.number().openapi({ description: "On a later day than the one before" }),
      recalled: z.number(),
      rate: z.number().nullable(),
    }),
    streak: z.object({ current: z.number(), longest: z.number(), studied_today: z.boolean() }),
    days: z.array(
      z.object({
        date,
        reviews: z.number(),
        tested: z.number(),
        recalled: z.number(),
        seconds: z.number(),
      }),
    ),
    forecast: z.array(z.object({ date, due: z.number() })),
    fit: fit.nullable(),
  })
  .openapi("StudyStatistics");

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
    200: json(
      z.object({
        items: z.array(
          z.object({
            subject: z.string(),
            recordings: z.number(),
            study_materials: z.number(),
            conversations: z.number(),
            cards: z.number(),
            due: z.number(),
          }),
        ),
      }),
      "The subjects",
    ),
    ...problems,
  },
});

const newPlace = z.object({
  source: z.object({ kind: z.enum(["recording", "study_material"]), id: z.uuid("is not an id") }),
  at_seconds: z.number().min(0).optional(),
  page: z.number().int().min(1).optional(),
});

const putPlace = createRoute({
  method: "put",
  path: "/study/places",
  tags,
  summary: "Remember where a lecture or document was left",
  request: { body: jsonBody(newPlace) },
  responses: { 204: { description: "Remembered" }, ...problems },
});

const newExam = z.object({
  title: z.string().trim().min(1, "is empty").max(500, "is longer than 500 characters"),
  subject: subject.nullable().optional(),
  exam_on: z.iso.date("is not a date such as 2027-02-14"),
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
        select ${userId}, ${source.kind}, id, ${at_seconds}, ${page} from ${sql.table(table)} where user_id = ${userId} and id = ${source.id}
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
        insert into exam_dates (user_id, title, subject, exam_on) values (${userId}, ${title}, ${named}, ${exam_on}::date) returning id`.execute(
        database,
      );
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
