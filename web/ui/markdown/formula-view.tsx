import { formulas } from "./formulas.ts";
import { MarkdownView } from "./markdown-view.tsx";
import type { MarkdownProps } from "./markdown.tsx";

export function FormulaView(props: MarkdownProps) {
  return <MarkdownView {...props} formulas={formulas} />;
}
