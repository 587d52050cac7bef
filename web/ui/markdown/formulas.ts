/** KaTeX for formulas. https://katex.org/docs/options */
import "katex/dist/katex.min.css";
import type { Options as MarkdownOptions } from "react-markdown";
import rehypeKatex, { type Options } from "rehype-katex";

const options: Options = {
  // Neither links nor pictures nor styles of its own, no macro that grows for ever, nothing larger than a line is wide.
  trust: false,
  strict: "ignore",
  maxExpand: 500,
  maxSize: 30,
  errorColor: "var(--danger)",
};

export const formulas: MarkdownOptions["rehypePlugins"] = [[rehypeKatex, options]];
