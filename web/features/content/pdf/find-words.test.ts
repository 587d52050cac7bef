import { expect, test } from "vitest";
import { findWords } from "./find-words.ts";

const shown = (pieces: string[], wanted: string) =>
  findWords(pieces, wanted).map(({ start, end }) =>
    start.piece === end.piece
      ? pieces[start.piece]!.slice(start.offset, end.offset)
      : [
          pieces[start.piece]!.slice(start.offset),
          ...pieces.slice(start.piece + 1, end.piece),
          pieces[end.piece]!.slice(0, end.offset),
        ].join("|"),
  );

test("words are found over pieces, line ends and hyphens", () => {
  expect(shown(["The photo", "syn", "thesis of plants"], "photosynthesis")).toEqual([
    "photo|syn|thesis",
  ]);
  expect(shown(["a well-known", "fact"], "well known fact")).toEqual(["well-known|fact"]);
  expect(shown(["hyphen-", "ation"], "hyphenation")).toEqual(["hyphen-|ation"]);
});

test("case, ligatures and typographic marks are one", () => {
  expect(shown(["The eﬃcient cell"], "Efficient")).toEqual(["eﬃcient"]);
  expect(shown(["it’s “true”"], `it's "true"`)).toEqual(["it’s “true”"]);
});

test("every place is found, and none for nothing", () => {
  expect(findWords(["ab ab", "ab"], "ab")).toHaveLength(3);
  expect(findWords(["text"], "  ")).toEqual([]);
  expect(findWords([], "text")).toEqual([]);
  expect(shown(["𝛼 plus 😀 end"], "😀 end")).toEqual(["😀 end"]);
});
