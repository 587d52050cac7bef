/** The slide that was shown while this was said; it turns with the sound, and a press on one of its times plays it. */
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Maximize2, Minimize2, Unlink } from "lucide-react";
import { Suspense, useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { clock } from "#server/clock.ts";
import type { recordingSlides } from "#server/features/slides/shapes.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import type { Playback } from "../transcription/playback.ts";
import { Offer } from "./offer.tsx";
import { useSlidesChange } from "./use-slides-change.ts";

export type Slides = z.infer<typeof recordingSlides>;

/** Of one slide, until the rest is asked for. */
const MOST_TIMES = 12;

const Slide = lazyPart(() => import("./slide.tsx"), "Slide");
const AllSlides = lazyPart(() => import("./all-slides.tsx"), "AllSlides");

export function SlidesPanel({
  recordingId,
  linked,
  playback,
  spoken,
  large = false,
  onLarge,
}: {
  recordingId: string;
  linked: boolean;
  playback: Playback;
  /** There is a transcript to compare documents with. */
  spoken: boolean;
  /** In the transcript's place. */
  large?: boolean;
  onLarge?: () => void;
}) {
  const slides = useQuery({
    queryKey: ["recording", recordingId, "slides"],
    queryFn: ({ signal }) =>
      request<Slides>(`/recordings/${recordingId}/slides`, { signal }).catch((error: unknown) => {
        if (error instanceof Problem && error.status === 404) return null;
        throw error;
      }),
    enabled: linked,
  });
  if (!linked) return spoken ? <Offer recordingId={recordingId} /> : null;
  if (slides.data === undefined) return <ErrorNotice error={slides.error} />;
  if (slides.data === null) return null;
  return <Linked slides={slides.data} {...{ playback, large, onLarge }} />;
}

function Linked({
  slides,
  playback,
  large,
  onLarge,
}: {
  slides: Slides;
  playback: Playback;
  large: boolean;
  onLarge: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const unlink = useSlidesChange(slides.recording_id, () =>
    request(`/recordings/${slides.recording_id}/slides`, { method: "DELETE" }),
  );
  return (
    <section
      aria-label={t("slides.title")}
      className="rounded-2xl border border-line bg-surface p-4 shadow-card"
    >
      <div className="mb-3 flex items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-sm font-medium" dir="auto">
          {slides.title}
        </h2>
        {onLarge && (
          <IconButton label={t(large ? "slides.beside" : "slides.large")} onClick={onLarge}>
            {large ? (
              <Minimize2 className="size-4" aria-hidden="true" />
            ) : (
              <Maximize2 className="size-4" aria-hidden="true" />
            )}
          </IconButton>
        )}
        <IconButton label={t("slides.unlink")} onClick={() => unlink.mutate(undefined)}>
          <Unlink className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
      <ErrorNotice error={unlink.error} />
      {slides.status === "failed" ? (
        <Notice tone="error">{slides.error_message ?? t("errors.unknown")}</Notice>
      ) : slides.spans.length === 0 ? (
        <div role="status">
          <p className="mb-2 text-sm text-soft">
            {t(slides.waits_for ? `slides.waits.${slides.waits_for}` : "slides.aligning")}
          </p>
          {!slides.waits_for && <ProgressBar label={t("slides.aligning")} />}
        </div>
      ) : (
        <Shown slides={slides} playback={playback} />
      )}
    </section>
  );
}

function Shown({ slides, playback }: { slides: Slides; playback: Playback }) {
  const { t } = useTranslation();
  const [following, setFollowing] = useState(true);
  const [page, setPage] = useState(() => pageAt(slides, playback.audio.currentTime));
  useEffect(
    () =>
      playback.onTime((seconds) => {
        if (following) setPage(pageAt(slides, seconds));
      }),
    [playback, slides, following],
  );
  const many = slides.page_count ?? 0;
  const times = slides.spans.filter((span) => span.page === page);
  const turn = (to: number) => {
    setFollowing(false);
    setPage(Math.min(many, Math.max(1, to)));
  };
  return (
    <div className="grid gap-3">
      {page === null ? (
        <p className="rounded-lg bg-sunken p-8 text-center text-sm text-soft">{t("slides.none")}</p>
      ) : (
        <Suspense fallback={<Spinner className="mx-auto size-6 text-accent" />}>
          <Slide studyMaterialId={slides.study_material_id} page={page} />
        </Suspense>
      )}
      <Bar
        page={page}
        many={many}
        onTurn={turn}
        onFollow={
          following
            ? undefined
            : () => {
                setFollowing(true);
                setPage(pageAt(slides, playback.audio.currentTime));
              }
        }
      >
        <Times
          key={page}
          seconds={times.map(({ start_seconds }) => start_seconds)}
          onPress={(second) => {
            setFollowing(true);
            playback.seek(second, { play: true });
          }}
        />
      </Bar>
      {times.length === 0 && page !== null && (
        <p className="text-sm text-soft">{t("slides.neverSpoken")}</p>
      )}
      <Suspense>
        <AllSlides
          slides={slides}
          shown={page}
          onPress={(pressed, second) => {
            setPage(pressed);
            setFollowing(second !== undefined);
            if (second !== undefined) playback.seek(second, { play: true });
          }}
        />
      </Suspense>
      <Without slides={slides} playback={playback} />
      <Unspoken slides={slides} onTurn={turn} />
      <Correct slides={slides} playback={playback} />
    </div>
  );
}

/** Which slide it is, the ones before and behind it, and its times. */
function Bar({
  page,
  many,
  onTurn,
  onFollow,
  children,
}: {
  page: number | null;
  many: number;
  onTurn: (page: number) => void;
  /** Undefined while it follows. */
  onFollow: (() => void) | undefined;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <IconButton
        label={t("slides.before")}
        disabled={page === 1}
        onClick={() => onTurn((page ?? 1) - 1)}
      >
        <ChevronLeft className="size-4" aria-hidden="true" />
      </IconButton>
      <span className="tabular-nums" aria-live="polite">
        {page === null ? "–" : t("slides.position", { page, count: many })}
      </span>
      <IconButton
        label={t("slides.next")}
        disabled={page === many}
        onClick={() => onTurn((page ?? 0) + 1)}
      >
        <ChevronRight className="size-4" aria-hidden="true" />
      </IconButton>
      {onFollow && (
        <Button size="small" onClick={onFollow}>
          {t("slides.follow")}
        </Button>
      )}
      <ul className="ms-auto flex flex-wrap gap-1" aria-label={t("slides.times")}>
        {children}
      </ul>
    </div>
  );
}

function Times({ seconds, onPress }: { seconds: number[]; onPress: (second: number) => void }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? seconds : seconds.slice(0, MOST_TIMES);
  return (
    <>
      {shown.map((second) => (
        <li key={second}>
          <Button size="small" onClick={() => onPress(second)}>
            {clock(second)}
          </Button>
        </li>
      ))}
      {shown.length < seconds.length && (
        <li>
          <Button size="small" variant="quiet" onClick={() => setAll(true)}>
            {t("slides.moreTimes", { count: seconds.length - shown.length })}
          </Button>
        </li>
      )}
    </>
  );
}

/** A list that is there for who wants it. */
function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="text-sm">
      <summary className="cursor-pointer text-soft">{title}</summary>
      <ul className="mt-2 flex max-h-48 flex-wrap gap-1 overflow-y-auto p-1" aria-label={title}>
        {children}
      </ul>
    </details>
  );
}

/** What was said while no slide was shown. */
function Without({ slides, playback }: { slides: Slides; playback: Playback }) {
  const { t } = useTranslation();
  const spans = slides.spans.filter(({ page }) => page === null);
  if (spans.length === 0) return null;
  return (
    <Folded title={t("slides.none")}>
      {spans.map(({ start_seconds, end_seconds }) => (
        <li key={start_seconds}>
          <Button size="small" onClick={() => playback.seek(start_seconds, { play: true })}>
            {clock(start_seconds)}–{clock(end_seconds)}
          </Button>
        </li>
      ))}
    </Folded>
  );
}

/** What nobody spoke about: it is in the deck, and may be in the exam. */
function Unspoken({ slides, onTurn }: { slides: Slides; onTurn: (page: number) => void }) {
  const { t } = useTranslation();
  const pages = slides.unspoken_pages;
  if (pages.length === 0) return null;
  return (
    <Folded title={t("slides.unspoken", { count: pages.length })}>
      {pages.map((page) => (
        <li key={page}>
          <Button
            size="small"
            aria-label={t("slides.position", { page, count: slides.page_count ?? 0 })}
            onClick={() => onTurn(page)}
          >
            {page}
          </Button>
        </li>
      ))}
    </Folded>
  );
}

function Correct({ slides, playback }: { slides: Slides; playback: Playback }) {
  const { t } = useTranslation();
  const correct = useSlidesChange(slides.recording_id, (page: number | null) =>
    request(`/recordings/${slides.recording_id}/slides`, {
      method: "PATCH",
      json: { start_seconds: playback.audio.currentTime, page },
    }),
  );
  return (
    <details className="text-sm">
      <summary className="cursor-pointer text-soft">{t("slides.correct")}</summary>
      <div className="mt-2 grid gap-2">
        <SelectField
          label={t("slides.correctLead")}
          value=""
          onChange={(event) => {
            const { value } = event.target;
            if (value !== "") correct.mutate(value === "none" ? null : Number(value));
          }}
        >
          <option value="" />
          <option value="none">{t("slides.noSlide")}</option>
          {Array.from({ length: slides.page_count ?? 0 }, (_, at) => (
            <option key={at} value={at + 1}>
              {t("material.page", { page: at + 1 })}
            </option>
          ))}
        </SelectField>
        <ErrorNotice error={correct.error} />
      </div>
    </details>
  );
}

function pageAt({ spans }: Slides, seconds: number): number | null {
  return (
    spans.find((span) => span.start_seconds <= seconds && seconds < span.end_seconds)?.page ?? null
  );
}
