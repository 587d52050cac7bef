/**
 * Words that sound like a term of the course: what was heard, its sound, where the term stands, and the student's yes
 * or no.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Play, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type {
  CorrectionDecision,
  DecidedCorrections,
  ProposedCorrection,
} from "#server/features/vocabulary/shapes.ts";
import { request } from "../../api/client.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { CitationCard } from "../interactions/citation-chip.tsx";
import type { Playback } from "../transcription/playback.ts";
import { correctionsQuery } from "./queries.ts";

const FIRST_SHOWN = 5;
/** A word is understood from a little before it. */
const LEAD_SECONDS = 0.6;

export function CorrectionsPanel({
  transcriptionId,
  playback,
}: {
  transcriptionId: string;
  playback: Playback;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [all, setAll] = useState(false);
  const corrections = useQuery(correctionsQuery(transcriptionId));
  const decide = useMutation({
    mutationFn: (json: CorrectionDecision) =>
      request<DecidedCorrections>(`/transcriptions/${transcriptionId}/corrections/decide`, {
        method: "POST",
        json,
      }),
    onSuccess: ({ taken }) => {
      if (taken > 0) toast(t("corrections.taken", { count: taken }));
      void client.invalidateQueries({ queryKey: ["corrections", transcriptionId] });
      void client.invalidateQueries({ queryKey: ["transcription", transcriptionId] });
    },
    onError: toastError,
  });
  if (corrections.error) return <ErrorNotice error={corrections.error} />;
  const { items = [], looking = false } = corrections.data ?? {};
  if (items.length === 0)
    return looking ? (
      <p role="status" className="text-sm text-soft">
        {t("corrections.looking")}
      </p>
    ) : null;
  const shown = all ? items : items.slice(0, FIRST_SHOWN);
  return (
    <section
      aria-label={t("corrections.title")}
      className="rounded-2xl border border-line bg-surface p-4"
    >
      <Heading count={items.length} busy={decide.isPending} onDecide={decide.mutate} />
      <ul className="mt-3 divide-y divide-line">
        {shown.map((correction) => (
          <CorrectionRow
            key={correction.id}
            correction={correction}
            onHear={() =>
              playback.seek(Math.max(0, correction.start_seconds - LEAD_SECONDS), { play: true })
            }
            onDecide={decide.mutate}
            busy={decide.isPending}
          />
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap gap-3 text-sm">
        {items.length > shown.length && (
          <Button size="small" onClick={() => setAll(true)}>
            {t("corrections.show", { count: items.length })}
          </Button>
        )}
        <Link to="/vocabulary" className="self-center text-accent-ink underline">
          {t("vocabulary.open")}
        </Link>
      </div>
    </section>
  );
}

function Heading({
  count,
  busy,
  onDecide,
}: {
  count: number;
  busy: boolean;
  onDecide: (decision: CorrectionDecision) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0 flex-1 basis-56">
        <h2 className="font-semibold">{t("corrections.title")}</h2>
        <p className="text-sm text-soft">{t("corrections.lead", { count })}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          variant="primary"
          busy={busy}
          onClick={() => onDecide({ take: "all" })}
        >
          {t("corrections.takeAll")}
        </Button>
        <Button size="small" disabled={busy} onClick={() => onDecide({ refuse: "all" })}>
          {t("corrections.refuseAll")}
        </Button>
      </div>
    </div>
  );
}

function CorrectionRow({
  correction: { id, heard, replacement, start_seconds, witness },
  onHear,
  onDecide,
  busy,
}: {
  correction: ProposedCorrection;
  onHear: () => void;
  onDecide: (decision: CorrectionDecision) => void;
  busy: boolean;
}) {
  const { t } = useTranslation();
  const time = clock(start_seconds);
  return (
    <li className="grid gap-2 py-3 sm:grid-cols-2 sm:items-center">
      <div className="flex min-w-0 items-center gap-2">
        <IconButton size="small" label={t("corrections.hear", { heard, time })} onClick={onHear}>
          <Play className="size-4" aria-hidden="true" />
        </IconButton>
        <p className="min-w-0 break-words">
          <del className="text-soft decoration-warn">{heard}</del>{" "}
          <ins className="font-medium no-underline">{replacement}</ins>{" "}
          <span className="text-sm whitespace-nowrap text-faint tabular-nums">{time}</span>
        </p>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          size="small"
          disabled={busy}
          aria-label={t("corrections.take", { replacement })}
          onClick={() => onDecide({ take: [id] })}
        >
          <Check className="size-4" aria-hidden="true" /> {t("corrections.takeShort")}
        </Button>
        <Button
          size="small"
          variant="plain"
          disabled={busy}
          aria-label={t("corrections.refuse", { heard })}
          onClick={() => onDecide({ refuse: [id] })}
        >
          <X className="size-4" aria-hidden="true" /> {t("corrections.refuseShort")}
        </Button>
      </div>
      {witness && (
        <div className="sm:col-span-2">
          <p className="sr-only">{t("corrections.stands")}</p>
          <CitationCard citation={witness} />
        </div>
      )}
    </li>
  );
}
