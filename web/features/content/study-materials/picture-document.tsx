/** A picture as it is, with the quoted words and highlights marked where they stand in it. */
import { useQuery } from "@tanstack/react-query";
import { SquareDashed } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { addressOf } from "../../../api/client.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { scrollBehavior } from "../../../ui/scroll.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { AreaFrame } from "../../marks/area-frame.tsx";
import { useMarkChanges } from "../../marks/queries.ts";
import { placeOf } from "../../study/cards/parts.ts";

export interface MarkedSpan {
  from: number;
  to: number;
  background?: string;
}

export interface MarkedArea {
  id: string;
  /** [x, y, width, height] in fractions of the picture. */
  area: number[];
  background: string;
}

export function PictureDocument({
  material,
  ...marked
}: {
  material: StudyMaterial;
  quote: MarkedSpan | undefined;
  highlights: MarkedSpan[];
  areas: MarkedArea[];
}) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const [loaded, setLoaded] = useState(false);
  const [framing, setFraming] = useState(false);
  const { add } = useMarkChanges({ kind: "study_material", id: material.id });
  // Pictures send no headers: a cookie for files stands in. Without a network the kept file needs none.
  const { isPending } = useQuery({
    queryKey: ["media-cookie"],
    networkMode: "always",
    queryFn: () =>
      ensureMediaCookie().then(
        () => true,
        () => true,
      ),
    staleTime: 60_000,
  });
  if (failed)
    return (
      <EmptyState title={t("material.noPictureTitle")}>{t("material.noPictureText")}</EmptyState>
    );
  return (
    <>
      <div className="mx-auto mb-3 flex max-w-3xl flex-wrap items-center gap-3">
        <Button
          size="small"
          aria-pressed={framing}
          disabled={!loaded}
          onClick={() => setFraming(!framing)}
        >
          <SquareDashed className="size-4" aria-hidden="true" /> {t("marks.markArea")}
        </Button>
        {framing && (
          <p className="min-w-0 flex-1 basis-60 text-sm text-soft">{t("marks.markAreaHow")}</p>
        )}
      </div>
      <div className="relative mx-auto w-fit max-w-full overflow-hidden rounded-2xl border border-line bg-surface">
        {!loaded && <Spinner className="absolute top-6 left-1/2 size-6 text-accent" />}
        {!isPending && (
          <img
            src={addressOf(`/study-materials/${material.id}/file`)}
            alt={material.content || material.title}
            className="block h-auto max-w-full"
            onLoad={() => setLoaded(true)}
            onError={() => setFailed(true)}
          />
        )}
        {loaded && <Marked sections={material.sections} {...marked} />}
        {framing && (
          <AreaFrame
            onClose={() => setFraming(false)}
            onArea={(area) =>
              add.mutate(
                { area, colour: "yellow" },
                { onSuccess: () => setFraming(false), onError: toastError },
              )
            }
          />
        )}
      </div>
    </>
  );
}

/** What lies over the picture. */
function Marked({
  sections,
  quote,
  highlights,
  areas,
}: {
  sections: StudyMaterial["sections"];
  quote: MarkedSpan | undefined;
  highlights: MarkedSpan[];
  areas: MarkedArea[];
}) {
  const first = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    first.current?.scrollIntoView({ block: "center", behavior: scrollBehavior() });
  }, [quote?.from, quote?.to]);
  const words = sections.flatMap((section) => section.words ?? []);
  const spans = [...highlights, ...(quote ? [quote] : [])];
  const marked = spans.flatMap((span) => linesOf(words, span).map((box) => ({ span, box })));
  const firstQuoted = marked.find(({ span }) => span === quote);
  return (
    <>
      {marked.map((one) => {
        const { span, box } = one;
        return (
          <span
            key={`${span.from} ${box.start} ${span === quote}`}
            ref={one === firstQuoted ? first : undefined}
            data-marked={span === quote ? "quote" : "highlight"}
            className="absolute rounded-[3px] ring-1 ring-black/25"
            style={{
              ...placeOf(box),
              background: span.background
                ? `color-mix(in srgb, ${span.background} 50%, transparent)`
                : MARKER,
            }}
          />
        );
      })}
      {areas.map(({ id, area: [x = 0, y = 0, width = 0, height = 0], background }) => (
        <span
          key={id}
          data-area={id}
          className="absolute rounded-[3px] ring-2 ring-black/40"
          style={{
            ...placeOf({ x, y, width, height }),
            background: `color-mix(in srgb, ${background} 40%, transparent)`,
          }}
        />
      ))}
    </>
  );
}

/** The picture is as light or dark as it was taken, whatever the page is: seen on paper and on a blackboard alike. */
const MARKER = "rgb(255 205 0 / 0.4)";

interface Box {
  /** Where its first word begins in the text. */
  start: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Parts of the picture's width that lie between words of one line at most: more is another column. */
const GAP = 0.06;

/** The words of a span, those that follow each other on a line as one box; lines that lean stay words. */
function linesOf(words: number[][], { from, to }: MarkedSpan): Box[] {
  const lines: Box[] = [];
  for (const word of words) {
    const [start, end, x, y, width, height] = word as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (start >= to || end <= from) continue;
    const line = lines.at(-1);
    const joined = line && {
      start: line.start,
      x: line.x,
      y: Math.min(line.y, y),
      width: x + width - line.x,
      height: Math.max(line.y + line.height, y + height) - Math.min(line.y, y),
    };
    const gap = line ? x - line.x - line.width : 0;
    const isNext =
      joined && gap > -GAP && gap < GAP && joined.height < 1.3 * Math.max(line.height, height);
    if (isNext) lines[lines.length - 1] = joined;
    else lines.push({ start, x, y, width, height });
  }
  return lines;
}
