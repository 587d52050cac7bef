import { useEffect, useRef, type RefObject } from "react";
import { Markdown } from "../../../ui/markdown/markdown.tsx";
import { PAPER, type Quote } from "./material-text.tsx";

/** A note, or a file of Markdown. What is cited is marked where it stands. */
export function MarkdownText({
  content,
  language,
  quote,
}: {
  content: string;
  language: string | null;
  quote: Quote | undefined;
}) {
  const root = useRef<HTMLDivElement>(null);
  return (
    <div ref={root} lang={language ?? undefined} className={PAPER}>
      <div className="mx-auto max-w-2xl text-[1.0625rem]">
        <Markdown text={content} marked={quote}>
          <ScrollToMark root={root} quote={quote} />
        </Markdown>
      </div>
    </div>
  );
}

function ScrollToMark({
  root,
  quote,
}: {
  root: RefObject<HTMLElement | null>;
  quote: Quote | undefined;
}) {
  useEffect(() => {
    if (quote) root.current?.querySelector("mark")?.scrollIntoView({ block: "center" });
  }, [root, quote]);
  return null;
}
