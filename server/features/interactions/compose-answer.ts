import type { Context } from "#server/context.ts";
import { Failure } from "#server/failures.ts";
import type { LanguageModel } from "#server/providers/llm/contract.ts";
import type { PendingAnswer } from "./ask-question.ts";
import { findEvidence, MOST_FOR_MODEL, type Evidence } from "./find-passages.ts";
import type { GrowingAnswer } from "./growing-answer.ts";
import { MAX_OUTPUT_TOKENS, buildPrompt, fitPassages } from "./prompt.ts";
import { readPath } from "./queries.ts";
import { answerByQuotes, nothingFound } from "./quote-answer.ts";
import { createQuoteGate } from "./quote-gate.ts";
import { readQuestion } from "./read-question.ts";
import { summariseOlder, type PastMessage } from "./summarise-history.ts";
import { tutorSays } from "./tutor-sentences.ts";

/** Without a model a question leans on the three before it at the most (follow-up.ts). */
const MOST_LEANED_ON = 7;

/**
 * Decides who answers, the language model or the materials' own sentences, and has it written into `answer`.
 * @throws Failure `model-failed`, and whatever the language model's adapter throws.
 */
export async function composeAnswer(
  context: Context,
  userId: string,
  pending: PendingAnswer,
  signal: AbortSignal,
  answer: GrowingAnswer,
) {
  const { llm } = context;
  const { question, scope, materials } = pending;
  if (llm) {
    const history = await readHistory(context, userId, pending.path);
    const read = readQuestion(question);
    const evidence =
      materials === "none"
        ? undefined
        : await findEvidence(context, userId, scope, read, async () => history, MOST_FOR_MODEL);
    if (evidence && materials === "only" && evidence.passages.length === 0)
      answer.say(nothingFound(evidence));
    else
      await answerByModel(context, llm, signal, answer, {
        question,
        history,
        evidence,
        materials,
        language: read.language,
      });
  } else if (materials !== "none") {
    const { content, citations } = await answerByQuotes(context, userId, scope, question, () =>
      readHistory(context, userId, pending.path.slice(-MOST_LEANED_ON)),
    );
    answer.citations.push(...citations);
    answer.say(content);
  } else {
    answer.say(
      "No language model is set up on this server, so only questions about your own materials can be answered.",
    );
  }
  await answer.flush();
}

interface Asked {
  question: string;
  history: PastMessage[];
  /** Undefined where the student asked not to use the materials. */
  evidence: Evidence | undefined;
  materials: PendingAnswer["materials"];
  language: ReturnType<typeof readQuestion>["language"];
}

async function answerByModel(
  context: Context,
  llm: LanguageModel,
  signal: AbortSignal,
  answer: GrowingAnswer,
  { question, history, evidence, materials, language }: Asked,
) {
  const only = materials === "only";
  const preface =
    evidence && evidence.passages.length === 0 ? `${tutorSays("general", language)}\n\n` : "";
  answer.say(preface);
  answer.fitted = await summariseOlder(context, history, signal);
  const { kept, summary } = answer.fitted;
  const passages =
    evidence && fitPassages(evidence.passages, llm.contextTokens, question, answer.fitted);
  const prompt = buildPrompt(question, passages ?? [], kept, summary, materials);
  const openGate = () =>
    createQuoteGate(passages, question, {
      text: answer.say,
      citation: (citation) => answer.citations.push(citation),
    });
  let gate = openGate();
  const quotes = () => answer.citations.length > 0;
  let short: "length" | "filter" | undefined;
  try {
    for await (const piece of llm.complete({
      ...prompt,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      signal,
      startOver() {
        answer.startOver();
        answer.say(preface);
        gate = openGate();
      },
      cutShort: (why) => void (short = why),
    })) {
      gate.push(piece);
      // Until a quotation is checked nobody knows whether the materials say anything.
      if (!only || quotes()) await answer.flush();
    }
  } finally {
    gate.end();
    answer.dropped = gate.dropped;
    if (only && !quotes()) answer.takeBack();
    await answer.flush();
  }
  if (signal.aborted) return;
  if (only && evidence && !quotes()) answer.say(nothingFound(evidence));
  else if (answer.content.trim() === preface.trim()) failEmpty(short);
  else if (short)
    answer.say(`\n\n*${tutorSays(short === "length" ? "cutShort" : "filtered", language)}*`);
  await answer.flush();
}

/** @throws Failure `model-failed`. */
function failEmpty(why: "length" | "filter" | undefined): never {
  throw new Failure("model-failed", {
    message:
      why === "filter"
        ? "The provider of the language model did not let it answer this question. Please ask in other words."
        : why === "length"
          ? "The language model thought about it until there was no room left for an answer. Please try again."
          : "The language model gave an empty answer. Please try again.",
  });
}

/** The messages that lead to the question, oldest first, without those that stayed empty. */
async function readHistory({ database }: Context, userId: string, path: string[]) {
  const messages = await readPath(database, userId, path.slice(0, -1));
  return (messages as PastMessage[]).filter(({ content }) => content.trim() !== "");
}
