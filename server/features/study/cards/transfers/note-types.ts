/** Names of the note types that our packages hold, and know again. */
export const OUR_TYPES = {
  basic: "Little Monster Basic",
  cloze: "Little Monster Cloze",
  choice: "Little Monster Choice",
  typed: "Little Monster Typed",
  occlusion: "Little Monster Occlusion",
} as const;
