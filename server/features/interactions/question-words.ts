/**
 * The words with which questions are asked: they say what kind of answer is wanted, and nothing of the subject. A
 * question is searched without them. Each language has a file in `question-languages`.
 */

/** What a question asks for; `open` where nothing tells. */
export type QuestionKind =
  | "person"
  | "time"
  | "place"
  | "number"
  | "reason"
  | "manner"
  | "definition"
  | "comparison"
  | "list"
  | "example"
  | "yes-no"
  | "summary"
  | "greeting"
  | "thanks"
  | "help"
  | "open";

export interface QuestionLanguage {
  /** First match wins. */
  kinds: [kind: QuestionKind, pattern: RegExp][];
  /** Words without a subject of their own, those that ask included. */
  empty: Set<string>;
  /** Words that count a little: most sentences that answer have others in their place ("founded": "established in"). */
  light: Set<string>;
  /** Further light words, where an ending tells that a verb asks. */
  asks?: RegExp;
}

export const set = (words: string) => new Set(words.split(/\s+/));
/** `words` as alternatives between letters of no word. */
export const word = (words: string, flags = "iu") =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, flags);
export const first = (words: string) =>
  new RegExp(`^[^\\p{L}]*(?:${words})(?![\\p{L}\\p{N}])`, "iu");
