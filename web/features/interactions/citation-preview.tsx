/** What a number in an answer shows before one goes there: the quoted words, their seconds to hear, their page. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AudioLines, FileText } from "lucide-react";
import { Popover } from "radix-ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { Badge } from "../../ui/badge.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { materialQuery } from "../content/queries.ts";
import { stopClip } from "../study/cards/clip.ts";
import { HearButton } from "../study/cards/witness-view.tsx";
import { CitationPlace } from "./citation-place.tsx";
import { citationTarget } from "./citation-target.ts";
import { PagePreview } from "./page-preview.tsx";
import { useIsRough } from "./rough.ts";

/** A pointer that only passes opens nothing. */
const REST_MS = 250;
const LEAVE_MS = 200;

const numberLook =
  "mx-0.5 inline-flex h-5 min-w-5 -translate-y-0.5 items-center justify-center rounded-md " +
  "bg-accent-soft px-1 align-middle text-xs font-semibold text-accent-ink tabular-nums";

export function CitationNumber({ citation }: { citation: Citation }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const soon = (wanted: boolean, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change(wanted), ms);
  };
  const change = (wanted: boolean) => {
    clearTimeout(timer.current);
    if (!wanted) stopClip();
    setOpen(wanted);
  };
  return (
    <Popover.Root open={open} onOpenChange={change}>
      <Popover.Trigger
        aria-label={t("tutor.citation", { number: citation.number, title: citation.source.title })}
        onPointerEnter={(event) => isMouse(event) && soon(true, REST_MS)}
        onPointerLeave={(event) => isMouse(event) && soon(false, LEAVE_MS)}
        className={classes(numberLook, "hover:bg-accent hover:text-on-accent")}
      >
        {citation.number}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={citation.source.title}
          side="top"
          sideOffset={6}
          collisionPadding={12}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onPointerEnter={() => clearTimeout(timer.current)}
          onPointerLeave={(event) => isMouse(event) && soon(false, LEAVE_MS)}
          className={
            "z-50 w-[min(24rem,calc(100vw-1.5rem))] animate-appear rounded-2xl border " +
            "border-line bg-surface p-4 text-sm shadow-float"
          }
        >
          {open && <Preview citation={citation} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const isMouse = ({ pointerType }: { pointerType: string }) => pointerType === "mouse";

function Preview({ citation }: { citation: Citation }) {
  const { t } = useTranslation();
  const { source, quote, page } = citation;
  const target = citationTarget(citation);
  const isRough = useIsRough(citation);
  const Icon = source.kind === "recording" ? AudioLines : FileText;
  const material = useQuery({
    ...materialQuery(source.id ?? ""),
    enabled: source.kind === "study_material" && source.id !== null && page != null,
  }).data;
  return (
    <div className="grid gap-3">
      <p className="flex items-center gap-2">
        <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate font-medium" dir="auto">
          {source.title}
        </span>
        <CitationPlace citation={citation} />
      </p>
      {material?.kind === "pdf" && page != null && (
        <PagePreview materialId={material.id} page={page} quote={quote} />
      )}
      <blockquote dir="auto" className="line-clamp-6 text-soft">
        <mark>{quote}</mark>
      </blockquote>
      {isRough && <RoughBadge />}
      <div className="flex flex-wrap gap-2">
        <HearButton witness={asWitness(citation)} />
        {target && (
          <Link {...target} className={buttonClass("quiet", "small")}>
            {source.kind === "recording" ? t("study.witness.open") : t("study.witness.see")}
          </Link>
        )}
      </div>
    </div>
  );
}

export function RoughBadge() {
  const { t } = useTranslation();
  return (
    <span title={t("transcription.roughText")}>
      <Badge tone="warning">{t("tutor.rough")}</Badge>
    </span>
  );
}

/** A citation of an answer says null where that of a card says nothing. */
function asWitness({ page, start_seconds, end_seconds, ...citation }: Citation) {
  return {
    ...citation,
    ...(page == null ? {} : { page }),
    ...(start_seconds == null ? {} : { start_seconds }),
    ...(end_seconds == null ? {} : { end_seconds }),
  };
}
