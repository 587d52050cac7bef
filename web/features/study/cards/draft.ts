/** A card as it is written in the form, and as the server takes it. Pure. */
import type {
  Card,
  CardKind,
  CardWitness,
  CoveredPart,
  NewWitness,
} from "#server/features/study/cards/shapes.ts";
import { splitWords } from "../../../ui/split-words.ts";
import { coveredParts, textOptions } from "./options.ts";

export const KINDS = ["basic", "cloze", "choice", "typed", "occlusion"] as const;

export interface Draft {
  kind: CardKind;
  front: string;
  back: string;
  /** Of a choice; one of them is right. */
  choices: string[];
  right: number;
  /** Of a typed answer: what else is accepted, one a line. */
  accepted: string;
  parts: CoveredPart[];
  subject: string;
  /** With spaces between them. */
  tags: string;
  /** Words that the card rests on, before the server has checked them; null takes the witness away. */
  witness?: (NewWitness & { shown: Pick<CardWitness, "quote" | "source"> }) | null | undefined;
}

export const EMPTY_DRAFT: Draft = {
  kind: "basic",
  front: "",
  back: "",
  choices: ["", "", ""],
  right: 0,
  accepted: "",
  parts: [],
  subject: "",
  tags: "",
};

export function draftOf(
  card: Pick<Card, "kind" | "front" | "back" | "options" | "subject" | "tags">,
): Draft {
  const texts = textOptions(card);
  const isChoice = card.kind === "choice";
  return {
    ...EMPTY_DRAFT,
    kind: card.kind,
    front: card.front,
    back: card.back,
    choices: isChoice ? texts : EMPTY_DRAFT.choices,
    right: isChoice
      ? Math.max(
          0,
          texts.findIndex((text) => fold(text) === fold(card.back)),
        )
      : 0,
    accepted: card.kind === "typed" ? texts.join("\n") : "",
    parts: coveredParts(card),
    subject: card.subject ?? "",
    tags: card.tags.join(" "),
  };
}

export function contentOf(draft: Draft) {
  const { kind, front, subject, tags } = draft;
  return {
    front,
    ...answerOf(draft),
    subject: subject.trim() || null,
    tags: [...new Set(splitWords(tags))],
    kind,
  };
}

function answerOf({ kind, back, choices, right, accepted, parts }: Draft) {
  if (kind === "choice")
    return {
      back: (choices[right] ?? "").trim(),
      options: choices.map((choice) => choice.trim()).filter(Boolean),
    };
  if (kind === "typed") {
    const others = accepted
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    return { back, options: others.length > 0 ? others : null };
  }
  if (kind === "occlusion") return { back, options: parts };
  return { back, options: null };
}

const fold = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
