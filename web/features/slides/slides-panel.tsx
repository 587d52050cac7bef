/** The slide that was shown while this was said; it turns with the sound, and a press on one of its times plays it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Unlink } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { clock } from "#server/clock.ts";
import type { StudyMaterialSummary } from "#server/features/content/study-materials/shapes.ts";
import type { recordingSlides, slidesSuggestions } from "#server/features/slides/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import type { Playback } from "../transcription/playback.ts";

export type Slides = z.infer<typeof recordingSlides>;
type Suggestions = z.infer<typeof slidesSuggestions>;

const Slide = lazyPart(() => import("./slide.tsx"), "Slide");

export function SlidesPanel({
  recordingId,
  linked,
  playback,
  spoken,
}: {
  recordingId: string;
  linked: boolean;
  playback: Playback;
  /** There is a transcript to compare documents with. */
  spoken: boolean;
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
  return <Linked slides={slides.data} playback={playback} />;
}

function useSlidesChange<T>(recordingId: string, send: (value: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => client.invalidateQueries({ queryKey: ["recording", recordingId] }),
  });
}

function Offer({ recordingId }: { recordingId: string }) {
  const { t } = useTranslation();
  const suggestions = useQuery({
    queryKey: ["recording", recordingId, "slides-suggestions"],
    queryFn: ({ signal }) =>
      request<Suggestions>(`/recordings/${recordingId}/slides/suggestions`, { signal }),
  });
  const link = useSlidesChange(recordingId, (study_material_id: string) =>
    request(`/recordings/${recordingId}/slides`, { method: "PUT", json: { study_material_id } }),
  );
  const [best, ...others] = suggestions.data?.items ?? [];
  const byHand = <ByHand busy={link.isPending} onChoose={(id) => link.mutate(id)} />;
  if (!best)
    return (
      <>
        <ErrorNotice error={suggestions.error ?? link.error} />
        {byHand}
      </>
    );
  return (
    <Notice>
      <p>{t("slides.offer", { title: best.title })}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        {[best, ...others].map((item, at) => (
          <Button
            key={item.study_material_id}
            size="small"
            variant={at === 0 ? "primary" : "quiet"}
            busy={link.isPending && link.variables === item.study_material_id}
            onClick={() => link.mutate(item.study_material_id)}
          >
            {at === 0 ? t("slides.use") : item.title}
          </Button>
        ))}
      </div>
      <ErrorNotice error={link.error} />
      {byHand}
    </Notice>
  );
}

/** Any document with pages, where none is offered or it is another. */
function ByHand({ busy, onChoose }: { busy: boolean; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const documents = useQuery({
    queryKey: ["study-materials", "with-pages"],
    queryFn: ({ signal }) =>
      request<Page<StudyMaterialSummary>>("/study-materials", { query: { limit: 100 }, signal }),
    enabled: open,
  });
  const decks = documents.data?.items.filter(({ page_count }) => (page_count ?? 0) > 0) ?? [];
  return (
    <details className="mt-2 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-soft">{t("slides.title")}</summary>
      <div className="mt-2">
        <ErrorNotice error={documents.error} />
        <SelectField
          label={t("slides.use")}
          value=""
          disabled={busy}
          onChange={(event) => event.target.value && onChoose(event.target.value)}
        >
          <option value="" />
          {decks.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </SelectField>
      </div>
    </details>
  );
}

function Linked({ slides, playback }: { slides: Slides; playback: Playback }) {
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
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <IconButton
          label={t("slides.before")}
          disabled={page === 1}
          onClick={() => turn((page ?? 1) - 1)}
        >
          <ChevronLeft className="size-4" aria-hidden="true" />
        </IconButton>
        <span className="tabular-nums" aria-live="polite">
          {page === null ? "–" : t("slides.position", { page, count: many })}
        </span>
        <IconButton
          label={t("slides.next")}
          disabled={page === many}
          onClick={() => turn((page ?? 0) + 1)}
        >
          <ChevronRight className="size-4" aria-hidden="true" />
        </IconButton>
        {!following && (
          <Button
            size="small"
            onClick={() => {
              setFollowing(true);
              setPage(pageAt(slides, playback.audio.currentTime));
            }}
          >
            {t("slides.follow")}
          </Button>
        )}
        <ul className="ms-auto flex flex-wrap gap-1" aria-label={t("slides.times")}>
          {times.slice(0, 12).map((span) => (
            <li key={span.start_seconds}>
              <Button
                size="small"
                onClick={() => {
                  setFollowing(true);
                  playback.seek(span.start_seconds, { play: true });
                }}
              >
                {clock(span.start_seconds)}
              </Button>
            </li>
          ))}
        </ul>
      </div>
      {times.length === 0 && page !== null && (
        <p className="text-sm text-soft">{t("slides.neverSpoken")}</p>
      )}
      <Without slides={slides} playback={playback} />
      <Correct slides={slides} playback={playback} />
    </div>
  );
}

/** What was said while no slide was shown. */
function Without({ slides, playback }: { slides: Slides; playback: Playback }) {
  const { t } = useTranslation();
  const spans = slides.spans.filter(({ page }) => page === null);
  if (spans.length === 0) return null;
  return (
    <details className="text-sm">
      <summary className="cursor-pointer text-soft">{t("slides.none")}</summary>
      <ul className="mt-2 flex flex-wrap gap-1" aria-label={t("slides.none")}>
        {spans.slice(0, 100).map(({ start_seconds, end_seconds }) => (
          <li key={start_seconds}>
            <Button size="small" onClick={() => playback.seek(start_seconds, { play: true })}>
              {clock(start_seconds)}–{clock(end_seconds)}
            </Button>
          </li>
        ))}
      </ul>
    </details>
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
        {slides.unspoken_pages.length > 0 && (
          <p className="text-soft">
            {t("slides.unspoken", { pages: slides.unspoken_pages.slice(0, 30).join(", ") })}
          </p>
        )}
      </div>
    </details>
  );
}

function pageAt({ spans }: Slides, seconds: number): number | null {
  return (
    spans.find((span) => span.start_seconds <= seconds && seconds < span.end_seconds)?.page ?? null
  );
}
