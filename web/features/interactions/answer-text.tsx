import { useCallback } from "react";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { Markdown } from "../../ui/markdown/markdown.tsx";
import { CitationNumber } from "./citation-preview.tsx";

/** What a tutor writes, with `[1]` as the citation of that number. */
export function AnswerText({ text, citations }: { text: string; citations: Citation[] }) {
  const cite = useCallback(
    (wanted: number) => {
      const citation = citations.find(({ number }) => number === wanted);
      return citation && <CitationNumber citation={citation} />;
    },
    [citations],
  );
  return <Markdown text={text} cite={cite} />;
}
