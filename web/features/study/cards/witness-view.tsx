/** The words of a source that bear a card out: heard in the lecturer's voice, seen on their page. */
import { Link } from "@tanstack/react-router";
import { AudioLines, FileText, Square, Volume2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { CardWitness } from "#server/features/study/cards/shapes.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { citationTarget } from "../../interactions/citation-target.ts";
import { clipOf, playClip, stopClip, useClipPlaying } from "./clip.ts";

export function WitnessView({
  witness,
  compact = false,
}: {
  witness: CardWitness;
  compact?: boolean;
}) {
  const { t } = useTranslation();
  const { source, quote, page, start_seconds: start, status } = witness;
  const target = citationTarget(witness);
  const Icon = source.kind === "recording" ? AudioLines : FileText;
  const place =
    start !== undefined ? clock(start) : page !== undefined ? t("material.page", { page }) : "";
  return (
    <figure className="rounded-xl border border-line bg-sunken/50 px-4 py-3 text-left text-sm">
      <blockquote className={compact ? "line-clamp-3 text-soft" : "leading-relaxed text-soft"}>
        “{quote}”
      </blockquote>
      <figcaption className="mt-2.5 flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="flex min-w-0 flex-1 basis-40 items-center gap-2">
          <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
          <span className="min-w-0 truncate font-medium">{source.title}</span>
          {place && <span className="shrink-0 text-soft tabular-nums">{place}</span>}
        </span>
        {status === "changed" && <Badge tone="warning">{t("tutor.citationChanged")}</Badge>}
        {!source.id && <Badge tone="warning">{t("tutor.sourceGone")}</Badge>}
        <span className="flex flex-wrap gap-2">
          <HearButton witness={witness} />
          {target && (
            <Link {...target} className={buttonClass("quiet", "small")}>
              {source.kind === "recording" ? t("study.witness.open") : t("study.witness.see")}
            </Link>
          )}
        </span>
      </figcaption>
    </figure>
  );
}

export function HearButton({ witness }: { witness: CardWitness }) {
  const { t } = useTranslation();
  const playing = useClipPlaying(witness);
  if (!clipOf(witness)) return null;
  return (
    <Button
      size="small"
      aria-pressed={playing}
      onClick={() => (playing ? stopClip() : void playClip(witness, t("study.witness.unheard")))}
    >
      {playing ? (
        <Square className="size-3.5 fill-current" aria-hidden="true" />
      ) : (
        <Volume2 className="size-4" aria-hidden="true" />
      )}
      {playing ? t("study.witness.stop") : t("study.witness.hear")}
    </Button>
  );
}
