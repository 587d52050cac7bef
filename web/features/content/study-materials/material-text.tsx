import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { LaidOutText, useDrawn } from "./laid-out-text.tsx";
import type { Layout } from "./layout-blocks.ts";

/** Letters of the text that a citation names. */
export interface Quote {
  from: number;
  to: number;
}

export const PAPER =
  "rounded-2xl border border-line bg-surface px-5 py-6 shadow-card sm:px-10 sm:py-10";

interface Part {
  page: number | undefined;
  heading: string | undefined;
  from: number;
  to: number;
}

/** Kinds whose pages are slides. */
export const isDeck = (kind: StudyMaterial["kind"] | undefined) =>
  kind === "pptx" || kind === "odp";

/** Offsets of citations count in `content`: the text is cut, never changed. */
export function MaterialText({
  material,
  page,
  quote,
}: {
  material: StudyMaterial;
  page: number | undefined;
  quote: Quote | undefined;
}) {
  const { t } = useTranslation();
  const { content, sections, kind, language } = material;
  const root = useRef<HTMLDivElement>(null);
  const parts = useMemo(() => toParts(content, sections), [content, sections]);
  const layout = useMemo(() => layoutOf(material), [material]);
  const drawn = useDrawn(content, layout, quote, parts.some((part) => part.page) ? 1 : 0);
  useEffect(() => {
    const target = quote
      ? root.current?.querySelector("mark")
      : page
        ? root.current?.querySelector(`[data-page="${page}"]`)
        : undefined;
    target?.scrollIntoView({ block: quote ? "center" : "start" });
  }, [quote, page, parts]);
  return (
    <div ref={root} lang={language ?? undefined} className={PAPER}>
      <div className="mx-auto max-w-2xl text-[1.0625rem] leading-[1.75]">
        {parts.map((part, index) => (
          <section key={index} data-page={part.page} className="scroll-mt-6">
            {part.page !== undefined && part.page !== parts[index - 1]?.page && (
              <h2
                className={
                  "mt-8 mb-3 flex items-center gap-3 text-xs font-medium text-faint first:mt-0 " +
                  "after:h-px after:flex-1 after:bg-line"
                }
              >
                {t(isDeck(kind) ? "material.slide" : "material.page", { page: part.page })}
              </h2>
            )}
            {layout.length > 0 ? (
              <LaidOutText drawn={drawn} from={part.from} to={part.to} />
            ) : (
              <div className="whitespace-pre-wrap" data-from={part.from}>
                {marked(content, part.from, part.to, quote)}
              </div>
            )}
          </section>
        ))}
      </div>
    </div>
  );
}

/** Of what was read before looks were kept (an answer kept on the device has none), at least the headings. */
export function layoutOf({
  content,
  layout = [],
  sections,
}: Pick<StudyMaterial, "content" | "sections"> & Partial<Pick<StudyMaterial, "layout">>): Layout {
  if (layout.length > 0) return layout;
  return sections.flatMap(({ heading, start_offset }) =>
    heading && content.startsWith(heading, start_offset)
      ? [
          {
            kind: "heading" as const,
            start_offset,
            end_offset: start_offset + heading.length,
            level: 1,
          },
        ]
      : [],
  );
}

function toParts(content: string, sections: StudyMaterial["sections"]): Part[] {
  if (sections.length === 0)
    return [{ page: undefined, heading: undefined, from: 0, to: content.length }];
  const parts: Part[] = [];
  let at = 0;
  for (const { page, heading, start_offset: start, end_offset: end } of [...sections].sort(
    (a, b) => a.start_offset - b.start_offset,
  )) {
    // Headings may lie within pages, and text between sections belongs to somebody too.
    if (end <= at) continue;
    if (start > at)
      parts.push({ page: parts.at(-1)?.page, heading: undefined, from: at, to: start });
    parts.push({ page, heading, from: Math.max(at, start), to: end });
    at = end;
  }
  if (at < content.length)
    parts.push({ page: parts.at(-1)?.page, heading: undefined, from: at, to: content.length });
  return parts;
}

function marked(content: string, from: number, to: number, quote: Quote | undefined): ReactNode {
  if (!quote || quote.to <= from || quote.from >= to) return content.slice(from, to);
  const start = Math.max(from, quote.from);
  const end = Math.min(to, quote.to);
  return (
    <>
      {content.slice(from, start)}
      <mark>{content.slice(start, end)}</mark>
      {content.slice(end, to)}
    </>
  );
}
