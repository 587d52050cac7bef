/** What makes a card whole, by its kind; the same for one that is written, suggested or imported. */
import type { FieldError } from "#server/failures.ts";
import { gapNumbers } from "./cloze.ts";
import type { CardKind, CoveredPart } from "./shapes.ts";

export interface CardContent {
  kind: CardKind;
  front: string;
  back: string;
  options?: string[] | CoveredPart[] | null | undefined;
}

/** What is wrong, or an empty list. */
export function checkCard({ kind, front, back, options }: CardContent): FieldError[] {
  const texts = (options ?? []).filter((option) => typeof option === "string");
  const parts = (options ?? []).filter((option) => typeof option !== "string");
  switch (kind) {
    case "basic":
      return back.trim() === "" ? [{ field: "back", message: "is empty" }] : [];
    case "cloze":
      return gapNumbers(front).length === 0
        ? [{ field: "front", message: "has no gap such as {{c1::word}}" }]
        : [];
    case "typed":
      if (parts.length > 0) return [{ field: "options", message: "are not texts" }];
      return back.trim() === "" ? [{ field: "back", message: "is empty" }] : [];
    case "choice":
      return checkChoice(back, texts, parts.length > 0);
    case "occlusion":
      if (parts.length === 0 || texts.length > 0)
        return [{ field: "options", message: "must say which parts of the picture are covered" }];
      return /!\[[^\]]*\]\([^)\s]+/.test(front)
        ? []
        : [{ field: "front", message: "has no picture such as ![](/api/cards/media/ID)" }];
  }
}

function checkChoice(back: string, options: string[], others: boolean): FieldError[] {
  const folded = options.map(fold);
  if (others || options.length < 2)
    return [{ field: "options", message: "must be at least two texts" }];
  if (new Set(folded).size < folded.length)
    return [{ field: "options", message: "must differ from each other" }];
  if (folded.filter((option) => option === fold(back)).length !== 1)
    return [{ field: "back", message: "must be one of the options" }];
  return [];
}

export function fold(text: string) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** Which cards the text makes: 0 alone, or one for each gap or covered part. */
export function ordinalsOf({ kind, front, options }: CardContent): number[] {
  if (kind === "cloze") return gapNumbers(front).map((number) => number - 1);
  if (kind === "occlusion") return (options ?? []).map((_, at) => at);
  return [0];
}
