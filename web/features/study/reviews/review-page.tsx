/** One card after the other: Space shows the answer, 1 to 4 rates it; on a phone by the thumb. */
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Ellipsis, Keyboard, Undo2 } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AskedCard } from "#server/features/study/reviews/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";
import { CardDialog } from "../cards/card-dialog.tsx";
import { AnswerSide, judgeAnswer, QuestionSide } from "../cards/card-sides.tsx";
import { playClip, stopClip } from "../cards/clip.ts";
import { WitnessView } from "../cards/witness-view.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { NothingDue } from "./nothing-due.tsx";
import { RatingButtons } from "./rating-buttons.tsx";
import { leftOf, type Counts } from "./session.ts";
import { useKeys } from "./use-keys.ts";
import { useReview, type Rating, type Review } from "./use-review.ts";

const route = getRouteApi("/app/learn/review");

export function ReviewPage() {
  const { subject } = route.useSearch();
  return <Reviewing key={subject ?? ""} subject={subject} />;
}

function Reviewing({ subject }: { subject: string | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { sitting, current, done, error, unsent, review } = useReview(subject);
  const [help, setHelp] = useState(false);
  // What the page shows elsewhere is of before this sitting.
  useEffect(() => () => void client.invalidateQueries({ queryKey: ["study"] }), [client]);
  return (
    <Page
      title={subject ? t("study.review.titleOf", { subject }) : t("study.review.title")}
      width="narrow"
    >
      <div className="grid gap-4">
        <Trouble error={error} unsent={unsent} onRetry={() => void review.send()} />
        {sitting && (current || done > 0) && <Progress done={done} counts={sitting.counts} />}
        {current ? (
          <AskedCardView
            key={`${current.id} ${done}`}
            card={current}
            review={review}
            done={done}
            onHelp={() => setHelp(true)}
          />
        ) : sitting ? (
          <NothingDue
            done={done}
            next={sitting.next_due_at}
            subject={subject}
            onUndo={() => void review.undo()}
          />
        ) : (
          !error && <Spinner className="mx-auto size-6 text-accent" />
        )}
      </div>
      <KeysHelp open={help} onOpenChange={setHelp} />
    </Page>
  );
}

/** What could not be sent lies on this device, and the student may go on. */
function Trouble({
  error,
  unsent,
  onRetry,
}: {
  error: unknown;
  unsent: number;
  onRetry: () => void;
}) {
  const { t } = useTranslation();
  const again = (
    <Button size="small" onClick={onRetry}>
      {t("common.tryAgain")}
    </Button>
  );
  if (!error || unsent === 0) return <ErrorNotice error={error} action={again} />;
  return (
    <Notice tone="warning" action={again}>
      {error instanceof Problem && error.status !== 0 && `${error.message} `}
      {t("study.review.unsent", { count: unsent })}
    </Notice>
  );
}

function Progress({ done, counts }: { done: number; counts: Counts }) {
  const { t } = useTranslation();
  const left = leftOf(counts);
  return (
    <div className="grid gap-2">
      <ProgressBar value={done / Math.max(1, done + left)} label={t("study.review.progress")} />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-soft tabular-nums">
        <span>{t("study.review.done", { count: done })}</span>
        <span className="flex flex-wrap gap-x-3">
          <span>{t("study.review.newLeft", { count: counts.new })}</span>
          <span>{t("study.review.learningLeft", { count: counts.learning })}</span>
          <span>{t("study.review.reviewLeft", { count: counts.review })}</span>
        </span>
      </p>
    </div>
  );
}

function AskedCardView({
  card,
  review,
  done,
  onHelp,
}: {
  card: AskedCard;
  review: Review;
  done: number;
  onHelp: () => void;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [given, setGiven] = useState<string>();
  const [editing, setEditing] = useState(false);
  const { rate, undo } = review;
  const { witness } = card;
  useEffect(() => stopClip, []);
  const show = () => setShown(true);
  const setAside = useSettingAside(card, review);
  const suggested: Rating = judgeAnswer(card, given) === false ? 1 : 3;
  useReviewKeys({
    go: () => (shown ? rate(suggested) : show()),
    rate: shown ? rate : undefined,
    undo: () => void undo(),
    edit: () => setEditing(true),
    setAside: (change) => void setAside(change),
    hear: shown && witness ? () => void playClip(witness, t("study.witness.unheard")) : undefined,
    help: onHelp,
  });
  return (
    <>
      <article
        aria-label={t("study.review.card")}
        className="rounded-2xl border border-line bg-surface shadow-card"
      >
        <CardHead
          card={card}
          onUndo={done > 0 ? () => void undo() : undefined}
          onHelp={onHelp}
          onEdit={() => setEditing(true)}
          onSetAside={setAside}
        />
        <div className="flex min-h-40 flex-col justify-center px-5 py-6 text-center text-lg sm:px-8">
          <QuestionSide
            card={card}
            shown={shown}
            given={given}
            onGiven={(answer) => {
              setGiven(answer);
              if (card.kind === "choice") show();
            }}
            onSubmit={show}
          />
        </div>
        <div aria-live="polite">{shown && <Answer card={card} given={given} />}</div>
      </article>
      <AtThumb>
        {shown ? (
          <RatingButtons ratings={card.ratings} suggested={suggested} onRate={rate} />
        ) : (
          <Button variant="primary" className="min-h-15 w-full" onClick={show}>
            {t("study.review.show")}
          </Button>
        )}
      </AtThumb>
      {editing && (
        <CardDialog
          card={card}
          onClose={(changed) => {
            setEditing(false);
            if (changed) void review.load();
          }}
        />
      )}
    </>
  );
}

function Answer({ card, given }: { card: AskedCard; given: string | undefined }) {
  return (
    <div className="grid gap-5 border-t border-line px-5 py-6 text-center text-lg empty:hidden sm:px-8">
      <AnswerSide card={card} given={given} />
      {card.witness && <WitnessView witness={card.witness} />}
    </div>
  );
}

function useReviewKeys({
  go,
  rate,
  undo,
  edit,
  setAside,
  hear,
  help,
}: {
  go: () => void;
  rate: ((rating: Rating) => void) | undefined;
  undo: () => void;
  edit: () => void;
  setAside: (change: Aside) => void;
  hear: (() => void) | undefined;
  help: () => void;
}) {
  const rating = (number: Rating) => rate && (() => rate(number));
  useKeys({
    " ": go,
    Enter: go,
    "1": rating(1),
    "2": rating(2),
    "3": rating(3),
    "4": rating(4),
    u: undo,
    e: edit,
    s: () => setAside({ suspended: true }),
    b: () => setAside({ buried: true }),
    h: hear,
    "?": help,
  });
}

/** On a phone where the thumb is, above the places. */
function AtThumb({ children }: { children: ReactNode }) {
  return (
    <div className="sticky bottom-15 z-20 -mx-4 bg-paper/95 px-4 py-3 backdrop-blur md:static md:mx-0 md:bg-transparent md:p-0 md:backdrop-blur-none">
      {children}
    </div>
  );
}

type Aside = { suspended: true } | { buried: true };
type SetAside = (change: Aside) => Promise<void>;

function CardHead({
  card,
  onUndo,
  onHelp,
  onEdit,
  onSetAside,
}: {
  card: AskedCard;
  onUndo: (() => void) | undefined;
  onHelp: () => void;
  onEdit: () => void;
  onSetAside: SetAside;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-1 px-5 pt-3 text-sm text-soft">
      <span className="mr-auto min-w-0 truncate">{card.subject ?? t("study.card.noSubject")}</span>
      {onUndo && (
        <IconButton label={t("study.review.undo")} size="small" onClick={onUndo}>
          <Undo2 className="size-4.5" aria-hidden="true" />
        </IconButton>
      )}
      <IconButton
        label={t("study.review.keys")}
        size="small"
        className="max-md:hidden"
        onClick={onHelp}
      >
        <Keyboard className="size-4.5" aria-hidden="true" />
      </IconButton>
      <Menu
        trigger={
          <IconButton label={t("common.more")} size="small" className="-mr-2">
            <Ellipsis className="size-5" aria-hidden="true" />
          </IconButton>
        }
        actions={[
          { label: t("common.edit"), run: onEdit },
          { label: t("study.cards.bury"), run: () => void onSetAside({ buried: true }) },
          { label: t("study.cards.suspend"), run: () => void onSetAside({ suspended: true }) },
        ]}
      />
    </div>
  );
}

/** Suspends or buries the card and goes on; the toast takes it back. */
function useSettingAside(card: AskedCard, { skip, load }: Review): SetAside {
  const { t } = useTranslation();
  return async (change) => {
    const patch = (json: object) => request(`/cards/${card.id}`, { method: "PATCH", json });
    const suspends = "suspended" in change;
    try {
      await patch(change);
      await skip();
    } catch (problem) {
      toastError(problem);
      return;
    }
    toast(t(suspends ? "study.cards.suspended" : "study.cards.buried", { count: 1 }), {
      action: {
        label: t("common.undo"),
        run: () =>
          void patch(suspends ? { suspended: false } : { buried: false })
            .then(() => load(card))
            .catch(toastError),
      },
    });
  };
}
