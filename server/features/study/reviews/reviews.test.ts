/** Reviews through the door: the log is the truth, and the schedule is its replay. */
import { fsrs, createEmptyCard, type Grade } from "ts-fsrs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#server/new-id.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { createScheduler, replay } from "./schedule.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { dayBounds, studyClock } from "./study-day.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

async function withCards(count: number) {
  const student = await app.register();
  const text = Array.from({ length: count }, (_, n) => `front ${n}\tback ${n}`).join("\n");
  const { body } = await student.post("/cards/bulk", { text });
  return { student, cards: body.items as any[] };
}

const reviewOf = (card: { id: string }, rating: number, at: Date | string = new Date()) => ({
  id: newId(),
  card_id: card.id,
  rating,
  reviewed_at: typeof at === "string" ? at : at.toISOString(),
  duration_ms: 1500,
});
const send = (student: Student, ...items: object[]) => student.post("/reviews", { items });
const read = async (student: Student, id: string) => (await student.get(`/cards/${id}`)).body;

describe("a review", () => {
  it("schedules the card as FSRS-6 says", async () => {
    const { student, cards } = await withCards(1);
    const at = new Date();
    const expected = fsrs({ enable_fuzz: false }).next(createEmptyCard(at), at, 3 as Grade).card;
    const { status, body } = await send(student, reviewOf(cards[0], 3, at));
    expect(status).toBe(201);
    expect(body).toMatchObject({ recorded: 1, repeated: 0, refused: 0 });
    expect(body.cards[0]).toMatchObject({
      state: "learning",
      reps: 1,
      lapses: 0,
      due_at: expected.due.toISOString(),
    });
    expect(body.cards[0].stability).toBeCloseTo(expected.stability, 6);
    const next = (await student.get("/reviews/next")).body;
    expect(next.items[0].id).toBe(cards[0].id);
    await send(student, reviewOf(cards[0], 4, new Date(at.getTime() + 1)));
    const known = await read(student, cards[0].id);
    expect(known.state).toBe("review");
    expect(Date.parse(known.due_at)).toBeGreaterThan(Date.now() + 86_400_000);
    expect((await student.get("/reviews/next")).body.items).toEqual([]);
    expect((await student.get("/cards?due=true")).body.items).toEqual([]);
  });

  it("sent again changes nothing, taken back it had not been", async () => {
    const { student, cards } = await withCards(2);
    const first = reviewOf(cards[0], 3, new Date(Date.now() - 60_000));
    const second = reviewOf(cards[0], 1);
    await send(student, first);
    const before = await read(student, cards[0].id);
    await send(student, second);
    const after = await read(student, cards[0].id);
    expect(after.reps).toBe(2);
    const again = await send(student, { ...second, rating: 4 }, second, first);
    expect(again.body).toMatchObject({ recorded: 0, repeated: 2 });
    const { updated_at: _, ...unchanged } = after;
    expect(await read(student, cards[0].id)).toMatchObject(unchanged);
    for (let time = 0; time < 2; time += 1)
      expect((await student.delete(`/reviews/${second.id}`)).status).toBe(204);
    const { updated_at: _u, ...undone } = before;
    expect(await read(student, cards[0].id)).toMatchObject(undone);
    // What was taken back stays so, also when an old batch comes late.
    await send(student, second);
    expect(await read(student, cards[0].id)).toMatchObject(undone);
    expect((await student.delete(`/reviews/${newId()}`)).status).toBe(404);
  });

  it("is taken back on another device, and its card is asked before all others", async () => {
    const { student, cards } = await withCards(3);
    expect((await student.get("/reviews/next")).body.last_review).toBeNull();
    const [a, b] = [reviewOf(cards[0], 4), reviewOf(cards[2], 4)];
    await send(student, a);
    await send(student, b);
    const next = (await student.get("/reviews/next")).body;
    expect(next.last_review).toEqual({ id: b.id, card_id: cards[2].id });
    await student.delete(`/reviews/${b.id}`);
    const after = (await student.get(`/reviews/next?first=${cards[2].id}`)).body;
    expect(after.items.map(({ id }: any) => id)).toEqual([cards[2].id, cards[1].id]);
    expect(after.last_review).toEqual({ id: a.id, card_id: cards[0].id });
    expect((await student.get("/reviews/next?subject=Other")).body.last_review).toBeNull();
    const other = await app.register();
    expect((await other.get(`/reviews/next?first=${cards[2].id}`)).body).toMatchObject({
      items: [],
      last_review: null,
    });
  });

  it.each([
    [{ id: crypto.randomUUID() }, "items.0.id"],
    [{ rating: 5 }, "items.0.rating"],
    [{ rating: 2.5 }, "items.0.rating"],
    [{ reviewed_at: "yesterday" }, "items.0.reviewed_at"],
    [{ reviewed_at: "2200-01-01T00:00:00Z" }, "items.0.reviewed_at"],
    [{ duration_ms: -1 }, "items.0.duration_ms"],
  ])("that cannot be is refused: %j", async (wrong, field) => {
    const { student, cards } = await withCards(1);
    const answer = await send(student, { ...reviewOf(cards[0], 3), ...wrong });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toBe(field);
  });

  it("of another student's card, or one that is gone, is refused; the rest of the batch is kept", async () => {
    const { student, cards } = await withCards(2);
    const other = await app.register();
    expect((await send(other, reviewOf(cards[0], 3))).status).toBe(404);
    const gone = reviewOf(cards[1], 3);
    await student.delete(`/cards/${cards[1].id}`);
    const { body } = await send(student, gone, reviewOf(cards[0], 3));
    expect(body).toMatchObject({ recorded: 1, refused: 1 });
    expect(body.items[0]).toMatchObject({ id: gone.id, status: "refused" });
    const kept = body.items[1].id;
    expect((await other.delete(`/reviews/${kept}`)).status).toBe(404);
  });
});

it(
  "the stored schedule is the replay of the log, whatever two devices with clocks a day apart " +
    "send, and in whatever order",
  async () => {
    const { student, cards } = await withCards(6);
    const random = randomNumbers(7);
    const start = Date.now() - 120 * 86_400_000;
    const log: ReturnType<typeof reviewOf>[] = [];
    for (let n = 0; n < 240; n += 1) {
      const ahead = random() < 0.5 ? 0 : 86_400_000;
      const at = new Date(start + random() * 118 * 86_400_000 + ahead);
      log.push(
        reviewOf(cards[Math.floor(random() * cards.length)], 1 + Math.floor(random() * 4), at),
      );
    }
    const taken = new Set<string>();
    const queue = log.toSorted(() => random() - 0.5);
    while (queue.length > 0) {
      const batch = queue.splice(0, 1 + Math.floor(random() * 20));
      const repeated = random() < 0.3 ? [log[Math.floor(random() * log.length)]!] : [];
      // Two devices at once.
      const [a, b] = await Promise.all([
        send(student, ...batch.slice(0, 9), ...repeated),
        batch.length > 9 ? send(student, ...batch.slice(9)) : undefined,
      ]);
      expect([201, undefined]).toContain(b?.status);
      expect(a.status).toBe(201);
      for (const one of repeated) if (queue.includes(one)) queue.splice(queue.indexOf(one), 1);
      if (random() < 0.3) {
        const undone = batch[0]!;
        taken.add(undone.id);
        await student.delete(`/reviews/${undone.id}`);
      }
    }
    const scheduler = createScheduler(DEFAULT_SETTINGS);
    for (const card of cards) {
      const reviews = log
        .filter(({ id, card_id }) => card_id === card.id && !taken.has(id))
        .map((one) => ({ ...one, reviewed_at: new Date(one.reviewed_at) }));
      const expected = replay(scheduler, new Date(card.created_at), reviews);
      expect(await read(student, card.id)).toMatchObject(JSON.parse(JSON.stringify(expected)));
    }
  },
);

describe("a day of study", () => {
  it("ends at its hour of the student's clock, also when summer time begins or ends", () => {
    const clock = studyClock("Europe/Berlin", 4);
    const hours = (now: string) => {
      const { start, end } = dayBounds(clock, new Date(now));
      return [start.toISOString(), (end.getTime() - start.getTime()) / 3_600_000];
    };
    expect(hours("2026-07-01T01:59:00Z")).toEqual(["2026-06-30T02:00:00.000Z", 24]);
    expect(hours("2026-07-01T02:00:00Z")).toEqual(["2026-07-01T02:00:00.000Z", 24]);
    expect(hours("2026-03-29T00:30:00Z")).toEqual(["2026-03-28T03:00:00.000Z", 23]);
    expect(hours("2026-10-25T00:30:00Z")).toEqual(["2026-10-24T02:00:00.000Z", 25]);
    expect(clock.dateOf(clock.dayOf(new Date("2026-01-01T02:59:00Z")))).toBe("2025-12-31");
  });

  it("a card comes back at the same time of the clock over a change of the clocks", () => {
    const scheduler = createScheduler({ ...DEFAULT_SETTINGS, time_zone: "Europe/Berlin" });
    const at = new Date("2026-03-28T09:00:00Z");
    const { due_at, scheduled_days } = replay(scheduler, at, [
      { id: "a", rating: 4, reviewed_at: at },
    ]);
    expect(scheduled_days).toBeGreaterThan(1);
    const local = (date: Date) =>
      date.toLocaleTimeString("en-GB", {
        timeZone: "Europe/Berlin",
        hour: "2-digit",
        minute: "2-digit",
      });
    expect(local(due_at)).toBe(local(at));
    // Minutes are minutes: ten of them over the lost hour are ten.
    const night = new Date("2026-03-29T00:55:00Z");
    const learning = replay(scheduler, night, [{ id: "a", rating: 3, reviewed_at: night }]);
    expect(learning.due_at.getTime() - night.getTime()).toBe(600_000);
  });

  it("late in the evening and early next morning are two days for the student, though not in Greenwich", () => {
    const scheduler = createScheduler({ ...DEFAULT_SETTINGS, time_zone: "America/Los_Angeles" });
    const evening = new Date("2026-01-10T06:00:00Z");
    const morning = new Date("2026-01-10T16:00:00Z");
    const log = [
      { id: "a", rating: 4, reviewed_at: evening },
      { id: "b", rating: 3, reviewed_at: morning },
    ];
    const here = replay(scheduler, evening, log);
    const greenwich = replay(createScheduler(DEFAULT_SETTINGS), evening, log);
    expect(here.stability).toBeGreaterThan(greenwich.stability!);
  });
});

describe("what is asked next", () => {
  it("keeps to the limits of the day and to the subject, and shows what each rating leads to", async () => {
    const { student, cards } = await withCards(8);
    await student.patch("/study/settings", { new_per_day: 3 });
    const first = (await student.get("/reviews/next?limit=10")).body;
    expect(first.items.map(({ id }: any) => id)).toEqual(cards.slice(0, 3).map(({ id }) => id));
    expect(first.counts).toEqual({ learning: 0, review: 0, new: 3 });
    expect(first.items[0].ratings.map(({ rating }: any) => rating)).toEqual([1, 2, 3, 4]);
    await send(student, reviewOf(cards[0], 4));
    expect((await student.get("/reviews/next")).body.counts.new).toBe(2);
    await student.patch(`/cards/${cards[5].id}`, { subject: "Other" });
    const { items } = (await student.get("/reviews/next?subject=Other")).body;
    expect(items.map(({ id }: any) => id)).toEqual([cards[5].id]);
  });

  it(
    "leaves out what is suspended, buried, a leech to be suspended, or a sibling of what was " +
      "asked today",
    async () => {
      const { student, cards } = await withCards(3);
      await student.patch(`/cards/${cards[0].id}`, { suspended: true });
      await student.patch(`/cards/${cards[1].id}`, { buried: true });
      const cloze = await student.post("/cards", { kind: "cloze", front: "{{c1::a}} {{c2::b}}" });
      const ids = async () =>
        (await student.get("/reviews/next")).body.items.map(({ id }: any) => id);
      expect(await ids()).toEqual([cards[2].id, cloze.body.id]);
      await send(student, reviewOf(cloze.body, 4));
      expect(await ids()).toEqual([cards[2].id]);
      await student.patch(`/cards/${cards[1].id}`, { buried: false });
      expect(await ids()).toEqual([cards[1].id, cards[2].id]);
      await student.patch("/study/settings", { leech_lapses: 1, suspend_leeches: true });
      const days = (n: number) => new Date(Date.now() - n * 86_400_000);
      await send(student, reviewOf(cards[2], 4, days(60)), reviewOf(cards[2], 1, days(1)));
      expect((await read(student, cards[2].id)).leech).toBe(true);
      expect(await ids()).toEqual([cards[1].id]);
    },
  );
});

it("weights are fitted to the student's log, and schedules follow; too few reviews are told", async () => {
  const { student, cards } = await withCards(150);
  const early = (await student.post("/study/fit")).body;
  const failed = await student.until(`/jobs/${early.id}`, ({ status }) => status === "failed");
  expect(failed.error_message).toMatch(/400 reviews/);

  // A student who forgets much faster than the default weights expect.
  const random = randomNumbers(3);
  const items: object[] = [];
  for (const card of cards) {
    let at = Date.now() - 100 * 86_400_000;
    let days = 0;
    for (let n = 0; n < 6; n += 1) {
      const recalled = n === 0 || random() < Math.exp(-days / 6);
      items.push(reviewOf(card, recalled ? 3 : 1, new Date(at)));
      days = recalled ? Math.ceil((days || 1) * 1.8) : 1;
      at += days * 86_400_000;
    }
  }
  await send(student, ...items);
  const before = await read(student, cards[0].id);
  const { id } = (await student.post("/study/fit")).body;
  const { status, result } = await student.until(
    `/jobs/${id}`,
    (job) => job.status === "completed" || job.status === "failed",
  );
  expect(status).toBe("completed");
  const settings = (await student.get("/study/settings")).body;
  expect(settings.fit).toEqual(result);
  expect(result.fitted_log_loss).toBeLessThan(result.default_log_loss);
  expect(result.taken).toBe(true);
  expect(settings.weights).toHaveLength(21);
  await expect
    .poll(async () => (await read(student, cards[0].id)).stability)
    .not.toBe(before.stability);
});

/** Numerical Recipes' linear congruential generator: the same on every machine. */
function randomNumbers(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
