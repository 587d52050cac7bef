/**
 * A quiz: what the student gets wrong comes first (cards that were forgotten, or are hard), then questions made of the
 * sources, so that half of it at least is new.
 */
import type { z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { fold } from "#server/features/study/cards/check-card.ts";
import { gapsOf, hideGap } from "#server/features/study/cards/cloze.ts";
import { cardConditions, selectCards, type Card } from "#server/features/study/cards/queries.ts";
import {
  suggestByRules,
  type Suggestion,
} from "#server/features/study/cards/suggestions/by-rules.ts";
import { readCourse } from "#server/features/study/cards/suggestions/course.ts";
import { insertQuiz, type NewQuestion } from "./queries.ts";
import type { newQuiz } from "./shapes.ts";

const DEFAULT_KINDS: Suggestion["kind"][] = ["choice", "typed", "cloze"];

/** @throws Failure `not-found`; `invalid-input` when nothing can be asked. */
export async function makeQuiz(context: Context, userId: string, wish: z.infer<typeof newQuiz>) {
  const { database } = context;
  const questions = await chooseQuestions(context, userId, wish);
  if (questions.length === 0)
    fail("invalid-input", {
      message:
        "There is nothing to ask: the source, subject or cards have no text that makes a question.",
      errors: [
        {
          field: wish.card_ids ? "card_ids" : wish.source ? "source" : "subject",
          message: "has nothing to ask",
        },
      ],
    });
  await setExactSeconds(
    database,
    userId,
    questions.flatMap(({ witness, card_id }) => (witness && !card_id ? [witness] : [])),
  );
  return database.transaction().execute(async (tx) => {
    const quiz = await insertQuiz(
      tx,
      userId,
      {
        mode: wish.mode,
        source_kind: wish.source?.kind ?? null,
        source_id: wish.source?.id ?? null,
        subject: wish.subject ?? null,
        seconds_allowed: wish.seconds_allowed ?? null,
      },
      questions,
    );
    await notifyChanged(tx, userId, { kind: "quiz", id: quiz.id, change: "created" });
    return quiz;
  });
}

async function chooseQuestions(
  { database }: Context,
  userId: string,
  { source, subject, card_ids, length, kinds = [] }: z.infer<typeof newQuiz>,
): Promise<NewQuestion[]> {
  const wanted = (question: NewQuestion | undefined) =>
    question && (kinds.length === 0 || kinds.includes(question.kind)) ? [question] : [];
  if (card_ids) {
    const cards = await selectCards(database, userId, sql`card.id = any(${card_ids}::uuid[])`);
    if (cards.length < new Set(card_ids).size) fail("not-found");
    return cards.flatMap((card) => wanted(askCard(card))).slice(0, length);
  }
  const course = await readCourse(
    database,
    userId,
    source ? { source } : { subject: subject ?? fail("invalid-input") },
  );
  // It lies in the bin, or has no text yet: its cards wait for it.
  if (source && !course) return [];
  const hard = await selectCards(
    database,
    userId,
    sql`${cardConditions({ subject, source_id: source?.id })} and card.reps > 0 and not card.suspended`,
    sql`order by card.lapses desc, card.difficulty desc nulls last, card.id limit ${3 * length}`,
  );
  const fromCards = hard.flatMap((card) => wanted(askCard(card))).slice(0, Math.ceil(length / 2));
  const asked = new Set(fromCards.map(({ front }) => fold(front)));
  const ofText = kinds.length > 0 ? kinds.filter((kind) => kind !== "occlusion") : DEFAULT_KINDS;
  const made = course && ofText.length > 0 ? suggestByRules(course, 2 * length, ofText) : [];
  const fromSource = made.flatMap(({ kind, front, back, options, witness }) => {
    const question = askable({ kind, front, back, options, card_id: null, witness });
    return asked.has(fold(question?.front ?? "")) ? [] : wanted(question);
  });
  const all = [...fromCards, ...fromSource];
  if (all.length >= length) return all.slice(0, length);
  // A short source, or none: cards that were never reviewed may be asked as well.
  const fresh = await selectCards(
    database,
    userId,
    sql`${cardConditions({ subject, source_id: source?.id })} and card.reps = 0 and not card.suspended`,
    sql`order by card.id limit ${length}`,
  );
  return [...all, ...fresh.flatMap((card) => wanted(askCard(card)))].slice(0, length);
}

function askCard({ id, kind, front, back, options, ordinal, witness }: Card) {
  if (kind === "occlusion") return askPart({ id, front, options, ordinal, witness });
  const texts = (options ?? []).filter((option) => typeof option === "string");
  return askable(
    { kind, front, back, options: texts.length > 0 ? texts : null, card_id: id, witness },
    ordinal + 1,
  );
}

/** What is under one part; a part that nobody named asks nothing that could be graded. The others tell nothing. */
function askPart({
  id,
  front,
  options,
  ordinal,
  witness,
}: Pick<Card, "id" | "front" | "options" | "ordinal" | "witness">): NewQuestion | undefined {
  const parts = (options ?? []).filter((option) => typeof option !== "string");
  const asked = parts[ordinal];
  const back = asked?.label?.trim();
  if (!asked || !back) return undefined;
  const bare = [asked, ...parts.filter((part) => part !== asked)].map(
    ({ x, y, width, height }) => ({ x, y, width, height }),
  );
  return { kind: "occlusion", front, back, options: bare, card_id: id, witness };
}

/** A cloze asks for its gap; everything else as it is. */
function askable(question: NewQuestion, gap = 1): NewQuestion | undefined {
  if (question.kind !== "cloze") return question.back.trim() === "" ? undefined : question;
  const answers = gapsOf(question.front)
    .filter(({ number }) => number === gap)
    .map(({ answer }) => answer);
  if (answers.length === 0) return undefined;
  return { ...question, front: hideGap(question.front, gap), back: answers[0]! };
}
