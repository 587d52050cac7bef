/** What the pages of learning decide by themselves. */
import { expect, it } from "vitest";
import type { AskedCard, NextAnswer } from "#server/features/study/reviews/shapes.ts";
import { citationFor, withoutCitations } from "./cards/answer-witness.ts";
import { clozeAnswer, clozeQuestion, clozeWords, makeGap } from "./cards/cloze.ts";
import { contentOf, draftOf, EMPTY_DRAFT } from "./cards/draft.ts";
import { nextPart, nudge, partBetween } from "./cards/parts.ts";
import { plainText } from "./cards/plain-text.ts";
import { cardOfWords } from "./cards/words-card.ts";
import { answerDiff, isRight } from "./reviews/answer-diff.ts";
import { newId } from "./reviews/new-id.ts";
import { afterCard, intervalOf, takeNext } from "./reviews/session.ts";

const asked = (id: string, more: Partial<AskedCard> = {}) =>
  ({ id, note_id: id, state: "review", ...more }) as AskedCard;

it("hides one gap, shows the others, and keeps formulas whole", () => {
  const text = "The {{c1::cell}} has a {{c2::nucleus::part}}.";
  expect(clozeQuestion(text, 0)).toBe("The **[…]** has a nucleus.");
  expect(clozeQuestion(text, 1)).toBe("The cell has a **[part]**.");
  expect(clozeAnswer(text, 1)).toBe("The cell has a **nucleus**.");
  expect(clozeWords(text, 1)).toBe("nucleus");
  const formula = String.raw`Half is $x = {{c1::\frac{a}{b}}}$ and {{c1::that}}.`;
  expect(clozeQuestion(formula, 0)).toBe(String.raw`Half is $x = \boxed{\text{…}}$ and **[…]**.`);
  expect(clozeAnswer(formula, 0)).toContain(String.raw`\boxed{\frac{a}{b}}`);
  expect(clozeQuestion(String.raw`It costs \$5 {{c1::today}}`, 0)).toContain("**[…]**");
});

it("makes a gap with the next free number, and none inside of another", () => {
  const once = makeGap("The cell lives", 4, 9);
  expect(once).toBe("The {{c1::cell}} lives");
  expect(makeGap(once, once.indexOf("lives"), once.length)).toBe("The {{c1::cell}} {{c2::lives}}");
  expect(makeGap(once, 6, 12)).toBe(once);
  expect(makeGap(once, 3, 4)).toBe(once);
});

it("makes a gap of a phrase and an answer of a sentence", () => {
  const text = "Plants grow. The Calvin cycle takes place\nin the stroma. It needs ATP.";
  const at = text.indexOf("stroma");
  expect(cardOfWords(text, at, at + 6, "en")).toMatchObject({
    draft: { kind: "cloze", front: "The Calvin cycle takes place in the {{c1::stroma}}." },
    start_offset: 13,
    quote: "The Calvin cycle takes place\nin the stroma.",
  });
  // Letters that were cut off belong to the word.
  expect(cardOfWords(text, at + 1, at + 4)?.draft.front).toContain("{{c1::stroma}}");
  const sentence = "It needs ATP.";
  expect(cardOfWords(text, text.indexOf(sentence), text.length)).toMatchObject({
    draft: { kind: "basic", front: "", back: sentence },
    quote: sentence,
  });
  expect(cardOfWords(text, 12, 13)).toBeUndefined();
  expect(text.slice(13, 13 + "The Calvin cycle takes place\nin the stroma.".length)).toBe(
    "The Calvin cycle takes place\nin the stroma.",
  );
});

it("tells what of a typed answer is missing and what is too much", () => {
  expect(answerDiff("mitochondrion", "Mitochondria")).toEqual([
    { text: "Mitochondri", kind: "same" },
    { text: "on", kind: "extra" },
    { text: "a", kind: "missing" },
  ]);
  expect(answerDiff("", "ATP")).toEqual([{ text: "ATP", kind: "missing" }]);
  expect(isRight(" in the  stroma. ", ["In the stroma"])).toBe(true);
  expect(isRight("", [""])).toBe(false);
  expect(isRight("ADP", ["ATP"])).toBe(false);
});

it("keeps the card that is looked at, and leaves out those whose review is on its way", () => {
  const next: NextAnswer = {
    items: [asked("a"), asked("b", { state: "new" }), asked("c")],
    counts: { learning: 0, review: 2, new: 1 },
    last_review: null,
    next_due_at: null,
    day_ends_at: "2027-01-01T04:00:00Z",
  };
  const sitting = takeNext(next, { current: asked("c"), unsent: new Set(["a"]) });
  expect(sitting.queue.map(({ id }) => id)).toEqual(["c", "b"]);
  expect(sitting.counts).toEqual({ learning: 0, review: 1, new: 1 });
  const after = afterCard(sitting, sitting.queue[0]!);
  expect(after.queue.map(({ id }) => id)).toEqual(["b"]);
  expect(after.counts.review).toBe(0);
});

it("says when a card comes back in the largest unit that fits", () => {
  const now = Date.parse("2027-01-01T10:00:00Z");
  const at = (due_at: string, scheduled_days: number) =>
    intervalOf({ rating: 3, due_at, scheduled_days, state: "review" }, now);
  expect(at("2027-01-01T10:10:00Z", 0)).toEqual({ value: 10, unit: "minute" });
  expect(at("2027-01-01T16:00:00Z", 0)).toEqual({ value: 6, unit: "hour" });
  expect(at("2027-01-09T10:00:00Z", 8)).toEqual({ value: 8, unit: "day" });
  expect(at("2027-03-02T10:00:00Z", 60)).toEqual({ value: 2, unit: "month" });
  expect(at("2029-01-02T10:00:00Z", 731)).toEqual({ value: 2, unit: "year" });
});

it("names reviews by ids that sort in time", () => {
  const id = newId(Date.parse("2026-11-25T12:00:00Z"));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId(1) < newId(2)).toBe(true);
});

it("covers parts of a picture whichever way they are drawn, and keeps them inside", () => {
  expect(partBetween({ x: 0.5, y: 0.6 }, { x: 0.1, y: 1.4 })).toEqual({
    x: 0.1,
    y: 0.6,
    width: 0.4,
    height: 0.4,
  });
  expect(partBetween({ x: 0.5, y: 0.5 }, { x: 0.501, y: 0.9 })).toBeUndefined();
  const part = { x: 0.9, y: 0.1, width: 0.1, height: 0.1 };
  expect(nudge(part, 0.5, -0.5, false)).toMatchObject({ x: 0.9, y: 0 });
  expect(nudge(part, 0.5, -0.5, true)).toMatchObject({ width: 0.1, height: 0.01 });
  for (let count = 0; count < 30; count += 1) {
    const { x, y, width, height } = nextPart(Array.from({ length: count }, () => part));
    expect(x + width <= 1 && y + height <= 1).toBe(true);
  }
});

it("writes a card as it was read", () => {
  const card = {
    kind: "choice" as const,
    front: "Which?",
    back: "B",
    options: ["A", "B"],
    subject: "Biology",
    tags: ["x", "y"],
  };
  expect(contentOf(draftOf(card))).toEqual(card);
  expect(
    contentOf({ ...EMPTY_DRAFT, kind: "typed", back: "ATP", accepted: "atp\n\n adenosine " }),
  ).toMatchObject({ options: ["atp", "adenosine"], subject: null });
});

it("finds the quotation that bears out what was marked in an answer", () => {
  const citation = (number: number, quote: string, id: string | null = "s") =>
    ({
      number,
      quote,
      source: { kind: "recording", id, title: "L" },
      status: "valid",
    }) as Parameters<typeof citationFor>[2][number];
  const answer = "Light is absorbed [1]. Sugar is made in the stroma [2].";
  const all = [citation(1, "chlorophyll absorbs light"), citation(2, "sugar is made")];
  expect(citationFor(answer, "Sugar is made", all)?.number).toBe(2);
  expect(citationFor(answer, "Light is", all)?.number).toBe(1);
  expect(citationFor(answer, "in the stroma [2]", all)?.number).toBe(2);
  expect(citationFor(answer, "nothing of it", [citation(1, "x", null)])).toBeUndefined();
  expect(withoutCitations(answer)).toBe("Light is absorbed. Sugar is made in the stroma.");
});

it("reads Markdown as one line of words", () => {
  expect(
    plainText("## A **bold** [link](/x)\n\n![cell](/api/cards/media/1) in _____ and *this*"),
  ).toBe("A bold link cell in _____ and this");
});
