/** Every slide small: a press plays the first time that it was shown. All its times stand under it. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import { Slide } from "./slide.tsx";
import type { Slides } from "./slides-panel.tsx";

/** Of one slide; a lecture that comes back to it a hundred times is not read here. */
const MOST_TIMES = 20;

export function AllSlides({
  slides,
  shown,
  onPress,
}: {
  slides: Slides;
  shown: number | null;
  /** `second` is undefined for a slide that was never shown. */
  onPress: (page: number, second: number | undefined) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const pages = Array.from({ length: slides.page_count ?? 0 }, (_, at) => at + 1);
  return (
    <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-soft">{t("slides.all")}</summary>
      {open && (
        <ul
          className="mt-2 grid max-h-96 grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-3 overflow-y-auto p-1"
          aria-label={t("slides.all")}
        >
          {pages.map((page) => {
            const times = slides.spans.filter((span) => span.page === page);
            return (
              <li key={page}>
                <SmallSlide
                  studyMaterialId={slides.study_material_id}
                  page={page}
                  isShown={page === shown}
                  onPress={() => onPress(page, times[0]?.start_seconds)}
                />
                <p className="mt-1 text-xs text-soft tabular-nums">
                  {page} ·{" "}
                  {times.length === 0
                    ? t("slides.neverShown")
                    : times
                        .slice(0, MOST_TIMES)
                        .map(({ start_seconds }) => clock(start_seconds))
                        .join(", ")}
                  {times.length > MOST_TIMES && " …"}
                </p>
              </li>
            );
          })}
        </ul>
      )}
    </details>
  );
}

/** Drawn while it is in sight: a deck has hundreds. */
function SmallSlide({
  studyMaterialId,
  page,
  isShown,
  onPress,
}: {
  studyMaterialId: string;
  page: number;
  isShown: boolean;
  onPress: () => void;
}) {
  const { t } = useTranslation();
  const place = useRef<HTMLButtonElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false));
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <button
      ref={place}
      type="button"
      aria-label={t("slides.play", { page })}
      aria-current={isShown}
      onClick={onPress}
      className={
        "block aspect-[4/3] w-full overflow-hidden rounded-lg border border-line bg-sunken " +
        "hover:border-line-strong aria-[current=true]:outline-2 aria-[current=true]:outline-accent"
      }
    >
      <span aria-hidden="true" className="pointer-events-none block h-full text-start" inert>
        {near && <Slide studyMaterialId={studyMaterialId} page={page} small />}
      </span>
    </button>
  );
}
