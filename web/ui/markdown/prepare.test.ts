import { expect, it } from "vitest";
import { isDrawable, PLAIN_DOLLAR, prepareFormulas } from "./prepare.ts";

const shown = (text: string) => prepareFormulas(text).replaceAll(PLAIN_DOLLAR, "€");

it.each([
  ["$E = mc^2$ is short", "$E = mc^2$ is short"],
  ["It costs $5 and $10.", "It costs €5 and €10."],
  ["Between $x$ and $5", "Between $x$ and €5"],
  ["A price in US$ or in A$ stays.", "A price in US€ or in A€ stays."],
  ["\\(a + b\\) and \\[ c \\]", "$$a + b$$ and $$ c $$"],
  ["$$\n\\frac{1}{2}\n$$", "$$\n\\frac{1}{2}\n$$"],
  ["$a\n\nb$", "€a\n\nb€"],
  ["\\$5 and $x$", "\\$5 and $x$"],
  ["`\\(x\\)` and `a $5`", "`\\(x\\)` and `a $5`"],
  ["```\n\\[x\\]\n$5\n```\n$5", "```\n\\[x\\]\n$5\n```\n€5"],
  ["still written: \\( a + ", "still written: \\( a + "],
])("%j is read as %j", (text, expected) => {
  expect(shown(text)).toBe(expected);
  expect(prepareFormulas(text)).toHaveLength(text.length);
});

it("takes proportional time where nothing closes", () => {
  for (const hostile of ["$a", "\\(", "`", "```\n", "$$", "$ "]) {
    const text = hostile.repeat(20_000);
    expect(prepareFormulas(text)).toHaveLength(text.length);
  }
});

it("leaves texts as they are that would stop the page", () => {
  const ordinary = "> - **a** [1] _b_ `c` 1. d\n\n".repeat(1000);
  expect(isDrawable(ordinary)).toBe(true);
  expect(isDrawable(`${"| a ".repeat(12)}\n`.repeat(2000))).toBe(true);
  for (const hostile of ["> ", ">", "1. ", "- > ", "]", "*a_ ", "a* "])
    expect(isDrawable(hostile.repeat(20_000)), hostile).toBe(false);
});
