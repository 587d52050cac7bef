import { Copy, RefreshCw } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "#server/features/interactions/shapes.ts";
import { failureSentence } from "../../api/failure-sentence.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Monster } from "../../ui/monster.tsx";
import { Notice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";
import { ListenButton } from "../content/speech/listen.tsx";
import { readAloudName } from "../content/speech/reading.ts";
import { AnswerText } from "./answer-text.tsx";
import { CitationCards } from "./citation-chip.tsx";
import { MakeCardButton } from "./make-card-button.tsx";
import { Siblings } from "./siblings.tsx";
import type { LiveAnswer } from "./use-answer.ts";

export function AnswerCard({
  message,
  live,
  asked,
  busy,
  onBranch,
  onRegenerate,
}: {
  message?: Message;
  live?: LiveAnswer;
  /** The question that is answered, for a card of both. */
  asked?: { question: string; subject: string | null };
  busy: boolean;
  onBranch: (id: string) => void;
  onRegenerate?: () => void;
}) {
  const { t } = useTranslation();
  const area = useRef<HTMLDivElement>(null);
  const text = live?.text ?? message?.content ?? "";
  const citations = live?.citations ?? message?.citations ?? [];
  const writing = live !== undefined || message?.status === "streaming";
  const failed = message?.status === "failed";
  return (
    <li className="flex gap-3 sm:gap-4">
      <Monster className="mt-0.5 size-7 shrink-0" />
      <div className="grid min-w-0 flex-1 gap-3">
        <div className="sr-only">{t("tutor.answer")}</div>
        {/* Whole blocks are read out as they are complete, not each token. */}
        <div
          ref={area}
          aria-live={writing ? "polite" : "off"}
          aria-busy={writing}
          data-read-aloud={message && readAloudName({ kind: "message", id: message.id })}
        >
          {text !== "" ? (
            <AnswerText text={text} citations={citations} />
          ) : writing ? (
            <p className="animate-pulse-soft text-soft">{t("tutor.reading")}</p>
          ) : null}
        </div>
        {failed && (
          <Notice
            tone="error"
            action={
              onRegenerate && (
                <Button size="small" disabled={busy} onClick={onRegenerate}>
                  {t("common.tryAgain")}
                </Button>
              )
            }
          >
            {failureSentence(message.error_code, message.error_message)}
          </Notice>
        )}
        <CitationCards citations={citations} />
        {message && !writing && <Unwitnessed message={message} />}
        {message && !writing && (
          <div className="-ml-2 flex flex-wrap items-center gap-x-1 gap-y-1">
            <Siblings id={message.id} siblings={message.siblings} onBranch={onBranch} />
            <AnswerActions
              message={message}
              busy={busy}
              {...(onRegenerate && !failed ? { onRegenerate } : {})}
            />
            {asked && text !== "" && <MakeCardButton message={message} {...asked} area={area} />}
            <AnswerBadges message={message} />
          </div>
        )}
      </div>
    </li>
  );
}

function AnswerActions({
  message,
  busy,
  onRegenerate,
}: {
  message: Message;
  busy: boolean;
  onRegenerate?: () => void;
}) {
  const { t } = useTranslation();
  const text = message.content;
  return (
    <>
      {text !== "" && (
        <>
          <ListenButton
            source={{ kind: "message", id: message.id }}
            title={t("tutor.answer")}
            iconOnly
          />
          <IconButton
            label={t("common.copy")}
            size="small"
            onClick={() =>
              void navigator.clipboard?.writeText(text).then(() => toast(t("common.copied")))
            }
          >
            <Copy className="size-4" aria-hidden="true" />
          </IconButton>
        </>
      )}
      {onRegenerate && (
        <IconButton
          label={t("tutor.regenerate")}
          size="small"
          disabled={busy}
          onClick={onRegenerate}
        >
          <RefreshCw className="size-4" aria-hidden="true" />
        </IconButton>
      )}
    </>
  );
}

/** Sentences that name a lecture or a page without showing what stands there. */
function Unwitnessed({ message }: { message: Message }) {
  const { t } = useTranslation();
  const claims = message.engine === "quotes" ? [] : message.claims_without_witness;
  if (claims.length === 0) return null;
  return (
    <Notice tone="warning">
      {t("tutor.unwitnessed", { count: claims.length })}
      <ul className="mt-1 list-disc pl-5">
        {claims.map((claim) => (
          <li key={claim}>{claim}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** How many sentences carry a quotation, and, opened, which ones carry none. */
function Witnessed({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <details className="max-w-full">
      <summary className="cursor-pointer list-none rounded-full [&::-webkit-details-marker]:hidden">
        <Badge>
          {t("tutor.witnessed", {
            count: message.sentences_with_witness,
            of: message.sentences,
          })}{" "}
          ▾
        </Badge>
      </summary>
      <p className="mt-2 text-sm text-soft">{t("tutor.withoutWitness")}</p>
      <ul className="mt-1 list-disc pl-5 text-sm text-soft">
        {message.sentences_without_witness.map((sentence, at) => (
          <li key={at}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}

/** What the answer rests on, and what was left out of it. */
function AnswerBadges({ message }: { message: Message }) {
  const { t } = useTranslation();
  const byModel = message.engine !== "quotes";
  const complete = message.status === "complete";
  const cited = message.citations.length > 0;
  return (
    <span className="ml-2 flex flex-wrap gap-1.5">
      {message.status === "stopped" && <Badge>{t("tutor.stopped")}</Badge>}
      {!byModel && cited && <Badge>{t("tutor.quotes")}</Badge>}
      {message.model && <Badge>{message.model}</Badge>}
      {byModel && complete && !message.from_materials && (
        <Badge tone="warning">{t("tutor.general")}</Badge>
      )}
      {byModel && complete && cited && message.sentences_with_witness < message.sentences && (
        <Witnessed message={message} />
      )}
      {message.summarised_messages > 0 && (
        <Badge>{t("tutor.summarised", { count: message.summarised_messages })}</Badge>
      )}
      {message.dropped_citations > 0 && (
        <Badge tone="warning">{t("tutor.dropped", { count: message.dropped_citations })}</Badge>
      )}
    </span>
  );
}
