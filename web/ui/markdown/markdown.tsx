/**
 * Markdown as it is read: headings, lists in lists, tables, code, links and formulas. HTML in it is shown as the text
 * that it is. What draws it is loaded with the first text.
 */
import { Component, Suspense, type ReactNode } from "react";
import { lazyPart } from "../../lazy-part.tsx";
import type { SourceRange } from "./plugins.ts";
import { hasFormulas, isDrawable } from "./prepare.ts";

export interface MarkdownProps {
  text: string;
  /** What `[1]` is shown as; undefined for a number that cites nothing. */
  cite?: (number: number) => ReactNode;
  /** Letters of `text` that are marked. */
  marked?: SourceRange | undefined;
  /** Pictures are loaded from nowhere: without this, only their description is shown. */
  picture?: (address: string, description: string) => ReactNode;
}

const View = lazyPart(() => import("./markdown-view.tsx"), "MarkdownView");
const FormulaView = lazyPart(() => import("./formula-view.tsx"), "FormulaView");

export function Markdown({
  children,
  ...props
}: MarkdownProps & {
  /** Shown, or acting, once the text is there. */
  children?: ReactNode;
}) {
  const plain = <div className="whitespace-pre-wrap">{props.text}</div>;
  if (!isDrawable(props.text)) return plain;
  const Shown = hasFormulas(props.text) ? FormulaView : View;
  return (
    <PlainInstead text={props.text} plain={plain}>
      <Suspense fallback={plain}>
        <Shown {...props} />
        {children}
      </Suspense>
    </PlainInstead>
  );
}

interface Fallen {
  text: string;
  failed: boolean;
}

/** A text that cannot be drawn (its code did not load, say) is still read. */
class PlainInstead extends Component<
  { text: string; plain: ReactNode; children: ReactNode },
  Fallen
> {
  override state: Fallen = { text: "", failed: false };
  static getDerivedStateFromProps({ text }: { text: string }, state: Fallen) {
    return text === state.text ? null : { text, failed: false };
  }
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? this.props.plain : this.props.children;
  }
}
