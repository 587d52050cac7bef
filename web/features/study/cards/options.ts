import type { Card, CoveredPart } from "#server/features/study/cards/shapes.ts";

export const textOptions = ({ options }: Pick<Card, "options">) =>
  (options ?? []).filter((option): option is string => typeof option === "string");
export const coveredParts = ({ options }: Pick<Card, "options">) =>
  (options ?? []).filter((option): option is CoveredPart => typeof option !== "string");
