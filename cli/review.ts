/**
 * `lm review`: what is due, one card after the other: Enter shows the answer, 1 to 4 rates it, u takes the last one
 * back, q ends.
 */
import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { AskedCard, NextAnswer } from "#server/features/study/reviews/shapes.ts";
import { newId } from "#server/new-id.ts";
import { openClient, print } from "./client.ts";

const NAMES = ["again", "hard", "good", "easy"];

export function addReviewCommand(program: Command) {
  program
    .command("review")
    .description("review what is due: Enter shows the answer, 1-4 rates it, u undoes, q ends")
    .option("--subject <subject>")
    .action(async ({ subject }: { subject?: string }, command: Command) => {
      const client = await openClient(command);
      const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
      const ask = async (prompt: string) => {
        process.stderr.write(prompt);
        const { value, done } = await lines.next();
        return done ? "q" : String(value).trim();
      };
      let done = 0;
      /** Taken back, and asked once more. */
      let again: string | undefined;
      const query = `limit=1${subject ? `&subject=${encodeURIComponent(subject)}` : ""}`;
      for (;;) {
        const first = again === undefined ? "" : `&first=${again}`;
        const { items, last_review: last } = await client.get<NextAnswer>(
          `/reviews/next?${query}${first}`,
        );
        again = undefined;
        const [card] = items;
        if (!card) break;
        const shown = Date.now();
        process.stderr.write(`\n${question(card)}\n`);
        if ((await ask("[Enter] ")) === "q") break;
        process.stderr.write(`${answer(card)}\n`);
        const given = await ask(
          `${card.ratings.map(({ rating, due_at }) => `${rating} ${NAMES[rating - 1]} (${wait(due_at)})`).join("  ")} `,
        );
        if (given === "q") break;
        if (given === "u") {
          // Of this sitting, or of an earlier one today.
          if (last) await client.request(`/reviews/${last.id}`, { method: "DELETE" });
          again = last?.card_id;
          done -= last && done > 0 ? 1 : 0;
          continue;
        }
        if (!/^[1-4]$/.test(given)) continue;
        await client.post("/reviews", {
          items: [
            {
              id: newId(),
              card_id: card.id,
              rating: Number(given),
              reviewed_at: new Date().toISOString(),
              duration_ms: Math.min(3_600_000, Date.now() - shown),
            },
          ],
        });
        done += 1;
      }
      print(command, { reviewed: done }, ({ reviewed }) =>
        reviewed === 1 ? "1 card reviewed" : `${reviewed} cards reviewed`,
      );
    });
}

/** Its number, the word, and the hint if there is one. */
const GAP = /\{\{c(\d+)::((?:[^:}]|:(?!:)|\}(?!\}))*)(?:::((?:[^}]|\}(?!\}))*))?\}\}/g;

function question({ kind, front, options, ordinal }: AskedCard) {
  if (kind === "cloze")
    return front.replace(GAP, (_, number: string, text: string, hint?: string) =>
      Number(number) === ordinal + 1 ? `[${hint ?? "…"}]` : text,
    );
  if (kind === "choice")
    return [
      front,
      ...(options ?? []).flatMap((option) => (typeof option === "string" ? `  - ${option}` : [])),
    ].join("\n");
  return front;
}

function answer({ kind, front, back, witness }: AskedCard) {
  const text = kind === "cloze" ? front.replace(GAP, "$2") : back;
  return witness
    ? `${text}\n  “${witness.quote.replace(/\s+/g, " ")}” (${witness.source.title})`
    : text;
}

function wait(due: string) {
  const minutes = Math.max(0, Math.round((Date.parse(due) - Date.now()) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}
