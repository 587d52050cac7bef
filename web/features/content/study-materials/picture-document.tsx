/** A picture as it is, with the quoted words and highlights marked where they stand in it. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { addressOf } from "../../../api/client.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { scrollBehavior } from "../../../ui/scroll.ts";
import { Spinner } from "../../../ui/spinner.tsx";

export interface MarkedSpan {
  from: number;
  to: number;
  background?: string;
}

export function PictureDocument({
  material,
  quote,
  highlights,
}: {
  material: StudyMaterial;
  quote: MarkedSpan | undefined;
  highlights: MarkedSpan[];
}) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const [loaded, setLoaded] = useState(false);
  const first = useRef<HTMLSpanElement>(null);
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
  useEffect(() => {
    if (loaded) first.current?.scrollIntoView({ block: "center", behavior: scrollBehavior() });
  }, [loaded, quote?.from, quote?.to]);
  const boxes = material.sections.flatMap(({ words }) => words ?? []);
  const spans = [...highlights, ...(quote ? [quote] : [])];
  const marked = spans.flatMap((span) =>
    boxes
      .filter(([start, end]) => start! < span.to && end! > span.from)
      .map((box) => ({ span, box })),
  );
  const firstQuoted = marked.find(({ span }) => span === quote);
  if (failed)
    return (
      <EmptyState title={t("material.noPictureTitle")}>{t("material.noPictureText")}</EmptyState>
    );
  return (
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
      {loaded &&
        marked.map((one) => {
          const { span, box } = one;
          const [start, , x, y, width, height] = box as [
            number,
            number,
            number,
            number,
            number,
            number,
          ];
          return (
            <span
              key={`${span.from} ${start} ${span === quote}`}
              ref={one === firstQuoted ? first : undefined}
              data-marked={span === quote ? "quote" : "highlight"}
              className="absolute rounded-[2px] opacity-45"
              style={{
                left: `${x * 100}%`,
                top: `${y * 100}%`,
                width: `${width * 100}%`,
                height: `${height * 100}%`,
                background: span.background ?? "var(--mark-yellow)",
              }}
            />
          );
        })}
    </div>
  );
}
