import { Link } from "@tanstack/react-router";
import { AudioLines, Ellipsis, FileText, Flag } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { Badge } from "../../../ui/badge.tsx";
import { IconButton } from "../../../ui/button.tsx";
import { day } from "../../../ui/format.ts";
import { Menu } from "../../../ui/menu.tsx";
import { clozeQuestion, clozeWords } from "./cloze.ts";
import { deleteCards } from "./delete-cards.ts";
import { coveredParts } from "./options.ts";
import { plainText } from "./plain-text.ts";
import { useSetAside } from "./set-aside.ts";

/** Both sides in one line each. */
export function linesOf(card: Pick<Card, "kind" | "front" | "back" | "options" | "ordinal">) {
  if (card.kind === "cloze")
    return {
      question: plainText(clozeQuestion(card.front, card.ordinal)),
      answer: clozeWords(card.front, card.ordinal),
    };
  if (card.kind === "occlusion")
    return {
      question: plainText(card.front),
      answer: coveredParts(card)[card.ordinal]?.label ?? `${card.ordinal + 1}`,
    };
  return { question: plainText(card.front), answer: plainText(card.back) };
}

const isAhead = (timestamp: string | null) =>
  timestamp !== null && Date.parse(timestamp) > Date.now();

export function CardRow({
  card,
  chosen,
  onChoose,
  onEdit,
}: {
  card: Card;
  chosen: boolean;
  onChoose: (on: boolean) => void;
  onEdit: () => void;
}) {
  const { t } = useTranslation();
  const setAside = useSetAside();
  const { question, answer } = linesOf(card);
  const buried = isAhead(card.buried_until);
  return (
    <li
      className={
        "flex items-start gap-3 p-3 first:rounded-t-2xl last:rounded-b-2xl hover:bg-sunken/60 " +
        "sm:gap-4 sm:p-4"
      }
    >
      <input
        type="checkbox"
        checked={chosen}
        onChange={(event) => onChoose(event.target.checked)}
        aria-label={t("study.cards.choose", { card: question })}
        className="mt-1 size-5 shrink-0 accent-accent"
      />
      <div className="min-w-0 flex-1">
        <Link
          to="/learn/cards/$id"
          params={{ id: card.id }}
          className="line-clamp-2 font-medium underline-offset-4 hover:underline"
        >
          {question || t(`study.card.kinds.${card.kind}`)}
        </Link>
        <p className="line-clamp-2 text-[0.9375rem] text-soft">{answer}</p>
        <CardMarks card={card} buried={buried} />
      </div>
      <Menu
        trigger={
          <IconButton label={t("study.cards.actions", { card: question })} size="small">
            <Ellipsis className="size-5" aria-hidden="true" />
          </IconButton>
        }
        actions={[
          { label: t("common.edit"), run: onEdit },
          {
            label: t(card.suspended ? "study.cards.unsuspend" : "study.cards.suspend"),
            run: () => void setAside([card.id], { suspended: !card.suspended }),
          },
          {
            label: t(buried ? "study.cards.unbury" : "study.cards.bury"),
            run: () => void setAside([card.id], { buried: !buried }),
          },
          "line",
          {
            label: t("common.delete"),
            danger: true,
            run: () =>
              deleteCards([card.id], {
                done: t("study.cards.deleted", { count: 1 }),
                undo: t("common.undo"),
              }),
          },
        ]}
      />
    </li>
  );
}

function CardMarks({ card, buried }: { card: Card; buried: boolean }) {
  const { t } = useTranslation();
  const { witness } = card;
  const Icon = witness?.source.kind === "recording" ? AudioLines : FileText;
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
      <span>{t(`study.cards.states.${card.state}`)}</span>
      {card.state !== "new" && (
        <span>
          {isAhead(card.due_at)
            ? t("study.cards.dueOn", { date: day(card.due_at) })
            : t("study.cards.states.due")}
        </span>
      )}
      {card.subject && <span>{card.subject}</span>}
      {witness && (
        <span className="flex min-w-0 items-center gap-1.5">
          <Icon className="size-3.5 shrink-0" aria-hidden="true" />
          <span className="max-w-56 truncate">{witness.source.title}</span>
        </span>
      )}
      {card.tags.slice(0, 4).map((tag) => (
        <Link
          key={tag}
          to="/learn"
          search={{ tag }}
          className="underline-offset-4 hover:text-ink hover:underline"
        >
          #{tag}
        </Link>
      ))}
      {card.suspended && <Badge tone="warning">{t("study.cards.states.suspended")}</Badge>}
      {buried && <Badge>{t("study.cards.isBuried")}</Badge>}
      {card.leech && (
        <Badge tone="error">
          <Flag className="size-3" aria-hidden="true" /> {t("study.cards.states.leech")}
        </Badge>
      )}
      {witness?.status === "changed" && <Badge tone="warning">{t("tutor.citationChanged")}</Badge>}
    </p>
  );
}
