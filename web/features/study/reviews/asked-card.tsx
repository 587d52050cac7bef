/** The card that is asked, its answer, and what can be done with it. */
import { Ellipsis, Headphones, Keyboard, Undo2 } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AskedCard } from "#server/features/study/reviews/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { pressKey, useKeys } from "../../../ui/keys.ts";
import { Menu } from "../../../ui/menu.tsx";
import { toast, toastError } from "../../../ui/toast.tsx";
import { CardDialog } from "../cards/card-dialog.tsx";
import { AnswerSide, judgeAnswer, QuestionSide } from "../cards/card-sides.tsx";
import { playClip, stopClip } from "../cards/clip.ts";
import { WitnessView } from "../cards/witness-view.tsx";
import { HandsFree } from "./hands-free.tsx";
import { RATINGS, RatingButtons } from "./rating-buttons.tsx";
import type { Rating, Review } from "./use-review.ts";

const QUESTION = "flex min-h-40 flex-col justify-center px-5 py-6 text-center text-lg sm:px-8";

export function AskedCardView({
  card,
  review,
  undoable,
  handsFree,
  onHandsFree,
}: {
  card: AskedCard;
  review: Review;
  undoable: boolean;
  handsFree: boolean;
  onHandsFree: (on: boolean) => void;
}) {
  const { t } = useTranslation();
  const { shown, show, given, give, suggested } = useAsking(card);
  const [editing, setEditing] = useState(false);
  const { rate, undo } = review;
  const setAside = useSettingAside(card, review);
  useReviewKeys({
    go: () => (shown ? rate(suggested) : show()),
    rate: shown ? rate : undefined,
    undo: () => void undo(),
    edit: () => setEditing(true),
    setAside: (change) => void setAside(change),
    hear: () => shown && void hear(card, t("study.witness.unheard")),
    handsFree: () => onHandsFree(!handsFree),
  });
  return (
    <>
      {handsFree && (
        <HandsFree
          card={card}
          shown={shown}
          onShow={show}
          onRate={rate}
          onStop={() => onHandsFree(false)}
        />
      )}
      <article
        aria-label={t("study.review.card")}
        className="rounded-2xl border border-line bg-surface shadow-card"
      >
        <CardHead
          card={card}
          onUndo={undoable ? () => void undo() : undefined}
          handsFree={handsFree}
          onHandsFree={() => onHandsFree(!handsFree)}
          onEdit={() => setEditing(true)}
          onSetAside={setAside}
        />
        <div className={QUESTION} data-read-aloud="question">
          <QuestionSide card={card} shown={shown} given={given} onGiven={give} onSubmit={show} />
        </div>
        <div aria-live="polite" data-read-aloud="answer">
          {shown && <Answer card={card} given={given} />}
        </div>
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

const hear = async ({ witness }: AskedCard, sentence: string) =>
  witness && playClip(witness, sentence);

function useAsking(card: AskedCard) {
  const [shown, setShown] = useState(false);
  const [given, setGiven] = useState<string>();
  const show = () => setShown(true);
  useEffect(() => stopClip, []);
  const suggested: Rating = judgeAnswer(card, given) === false ? 1 : 3;
  return {
    shown,
    show,
    given,
    give(answer: string) {
      setGiven(answer);
      if (card.kind === "choice") show();
    },
    /** The rating that one key gives. */
    suggested,
  };
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
  handsFree,
}: {
  go: () => void;
  /** Undefined while the answer is hidden. */
  rate: ((rating: Rating) => void) | undefined;
  undo: () => void;
  edit: () => void;
  setAside: (change: Aside) => void;
  hear: () => void;
  handsFree: () => void;
}) {
  const { t } = useTranslation();
  useKeys(t("study.review.title"), [
    { key: " ", label: t("study.review.keyHelp.show"), run: go },
    ...RATINGS.map((name, at) => ({
      key: String(at + 1),
      label: t(`study.review.ratings.${name}`),
      run: () => rate?.((at + 1) as Rating),
    })),
    { key: "u", label: t("study.review.keyHelp.undo"), run: undo },
    { key: "e", label: t("study.review.keyHelp.edit"), run: edit },
    {
      key: "s",
      label: t("study.review.keyHelp.suspend"),
      run: () => setAside({ suspended: true }),
    },
    { key: "b", label: t("study.review.keyHelp.bury"), run: () => setAside({ buried: true }) },
    { key: "h", label: t("study.review.keyHelp.hear"), run: hear },
    { key: "f", label: t("study.review.keyHelp.handsFree"), run: handsFree },
    { key: "Enter", label: t("study.review.keyHelp.enter"), run: go },
  ]);
}

/** On a phone where the thumb is, above the places. */
function AtThumb({ children }: { children: ReactNode }) {
  return (
    <div
      className={
        "sticky bottom-15 z-20 -mx-4 bg-paper/95 px-4 py-3 backdrop-blur md:static md:mx-0 " +
        "md:bg-transparent md:p-0 md:backdrop-blur-none"
      }
    >
      {children}
    </div>
  );
}

type Aside = { suspended: true } | { buried: true };
type SetAside = (change: Aside) => Promise<void>;

function CardHead({
  card,
  onUndo,
  handsFree,
  onHandsFree,
  onEdit,
  onSetAside,
}: {
  card: AskedCard;
  onUndo: (() => void) | undefined;
  handsFree: boolean;
  onHandsFree: () => void;
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
        label={t("study.handsFree.title")}
        size="small"
        aria-pressed={handsFree}
        onClick={onHandsFree}
      >
        <Headphones className="size-4.5" aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t("study.review.keys")}
        size="small"
        className="max-md:hidden"
        onClick={() => pressKey("?")}
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
            .then(() => load(card.id))
            .catch(toastError),
      },
    });
  };
}
