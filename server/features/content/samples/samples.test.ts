import { expect, test } from "vitest";
import { startTestApp } from "#tests/support/app.ts";

test("a sample lecture is made once, answers with its second, and goes with one press", async () => {
  const app = await startTestApp();
  try {
    const student = await app.register();
    const [first, second] = [await student.post("/sample"), await student.post("/sample")];
    expect(second.body.job_id).toBe(first.body.job_id);
    await student.until(`/jobs/${first.body.job_id}`, ({ status }) => status === "completed");
    const { body: made } = await student.get("/sample");
    expect([made.job_id, made.recordings.length, made.study_materials.length]).toEqual([
      null,
      1,
      1,
    ]);
    const [id] = made.study_materials;
    await student.until(`/study-materials/${id}`, ({ status }) => status === "ready");

    // Another topic of the same course: many of its words are said, and it was not shown.
    const offered = await student.get(`/recordings/${made.recordings[0]}/slides/suggestions`);
    expect(offered).toMatchObject({ status: 200, body: { items: [] } });

    const { body: conversation } = await student.post("/conversations", { title: "Sample" });
    const { body: answer } = await student.post(
      `/conversations/${conversation.id}/messages`,
      { content: "What are the two stages of photosynthesis?" },
      { accept: "application/json" },
    );
    expect(answer.citations[0]).toMatchObject({ source: { id: made.recordings[0] } });
    expect(answer.citations[0].start_seconds).toBeGreaterThan(0);

    // What is there already is not made again.
    const { body: again } = await student.post("/sample");
    if (again.job_id)
      await student.until(`/jobs/${again.job_id}`, ({ status }) => status === "completed");
    expect((await student.get("/recordings")).body.items).toHaveLength(1);
    const other = await app.register();
    expect((await other.get("/sample")).body.recordings).toEqual([]);

    const own = await student.post("/study-materials", { title: "Mine", content: "My own note." });
    expect((await student.delete("/sample")).status).toBe(204);
    expect((await student.delete("/sample")).status).toBe(204);
    expect((await student.get("/recordings")).body.items).toEqual([]);
    const left = await student.get("/study-materials");
    expect(left.body.items.map((item: { id: string }) => item.id)).toEqual([own.body.id]);
  } finally {
    await app.stop();
  }
});
