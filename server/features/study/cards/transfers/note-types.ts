/** Names of the note types that our packages hold, and know again. */
export const OUR_TYPES = {
  basic: "Little Monster Basic",
  cloze: "Little Monster Cloze",
  choice: "Little Monster Choice",
  typed: "Little Monster Typed",
  occlusion: "Little Monster Occlusion",
} as const;

/**
 * The lecturer's words that a package of ours carries: they are cut out of the recording, and are no media of the
 * student's.
 */
export const CLIP_NAME = /^lm-clip-[0-9a-f]{16}\.mp3$/;
