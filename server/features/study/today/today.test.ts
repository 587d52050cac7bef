/** Today, statistics and exams through the door. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#server/new-id.ts";
import { startTestApp, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

const DAY = 86_400_000;

it("today and the statistics say what was done and what is to come", async () => {
  const student = await app.register();
  const text = Array.from({ length: 30 }, (_, n) => `front ${n}\tback ${n}`).join("\n");
  const { items } = (await student.post("/cards/bulk", { text, subject: "Biology" })).body;
  const review = (card: any, rating: number, daysAgo: number) => ({
    id: newId(),
    card_id: card.id,
    rating,
    reviewed_at: new Date(Date.now() - daysAgo * DAY).toISOString(),
    duration_ms: 2000,
  });
  await student.post("/reviews", {
    items: [
      ...items.slice(0, 4).map((card: any) => review(card, 3, 12)),
      ...items.slice(0, 3).map((card: any) => review(card, 3, 2)),
      review(items[3], 1, 2),
      review(items[0], 3, 1),
      review(items[4], 4, 0),
    ],
  });
  const { status, body } = await student.get("/study/statistics?days=14");
  expect(status).toBe(200);
  expect(body.cards).toMatchObject({ total: 30, new: 25 });
  expect(body.reviews).toMatchObject({ total: 10, today: 1, in_period: 10, seconds_today: 2 });
  expect(body.retention).toMatchObject({ reviews: 5, recalled: 4, rate: 0.8, desired: 0.9 });
  expect(body.streak).toEqual({ current: 3, longest: 3, studied_today: true });
  expect(body.days).toHaveLength(14);
  expect(body.days.at(-1)).toMatchObject({ date: body.date, reviews: 1 });
  expect(body.forecast).toHaveLength(14);
  expect(body.forecast[0].date).toBe(body.date);

  const exam_on = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10);
  const exam = await student.post("/study/exams", { title: "Finals", subject: "Biology", exam_on });
  expect(exam.status).toBe(201);
  expect(exam.body).toMatchObject({ cards: 30, new_cards: 25, exam_on });
  expect(exam.body.plan.new_cards_a_day).toBeGreaterThan(0);
  const { id: material } = (
    await student.post("/study-materials", { title: "Plants", content: "Light." })
  ).body;
  const source = { kind: "study_material", id: material };
  expect(
    (
      await student.request("/study/places", {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ source, page: 3 }),
      })
    ).status,
  ).toBe(204);
  const today = (await student.get("/study/today")).body;
  expect(today.due).toMatchObject({ new: 19 });
  expect(today.due.review + today.due.learning).toBeGreaterThan(0);
  expect(today.due.total).toBe(today.due.new + today.due.review + today.due.learning);
  expect(today.go_on).toMatchObject([{ source: { ...source, title: "Plants" }, page: 3 }]);
  expect(today.new_since.items.map(({ id }: any) => id)).toEqual([material]);
  expect(today.exams).toMatchObject([{ id: exam.body.id }]);
  expect((await student.patch(`/study/exams/${exam.body.id}`, { title: "Exam" })).body.title).toBe(
    "Exam",
  );
  expect((await student.get("/study/subjects")).body.items).toMatchObject([
    { subject: "Biology", cards: 30 },
  ]);
  const other = await app.register();
  expect((await other.delete(`/study/exams/${exam.body.id}`)).status).toBe(404);
  expect((await other.get("/study/today")).body).toMatchObject({
    go_on: [],
    exams: [],
    done_today: 0,
  });
  expect((await student.delete(`/study/exams/${exam.body.id}`)).status).toBe(204);
});
