/** A card as it is asked and as it is answered, by its kind. */
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { classes } from "../../../ui/classes.ts";
import { inputClass } from "../../../ui/field.tsx";
import { answerDiff, isRight } from "../reviews/answer-diff.ts";
import { CardText } from "./card-text.tsx";
import { clozeAnswer, clozeQuestion } from "./cloze.ts";
import { CoveredPicture } from "./covered-picture.tsx";
import { coveredParts, textOptions } from "./options.ts";

export type Shown = Pick<Card, "kind" | "front" | "back" | "options" | "ordinal">;

/** What was answered is right as far as the page can tell; undefined where only the student can. */
export function judgeAnswer(card: Shown, given: string | undefined) {
  if (given === undefined || given.trim() === "") return undefined;
  if (card.kind === "choice") return isRight(given, [card.back]);
  if (card.kind === "typed") return isRight(given, [card.back, ...textOptions(card)]);
  return undefined;
}

export function QuestionSide({
  card,
  shown = false,
  given,
  onGiven,
  onSubmit,
}: {
  card: Shown;
  /** The answer is shown as well. */
  shown?: boolean;
  given?: string | undefined;
  onGiven?: (answer: string) => void;
  onSubmit?: () => void;
}) {
  const { t } = useTranslation();
  if (card.kind === "cloze")
    return (
      <CardText
        text={
          shown ? clozeAnswer(card.front, card.ordinal) : clozeQuestion(card.front, card.ordinal)
        }
      />
    );
  if (card.kind === "occlusion")
    return (
      <CoveredPicture
        text={card.front}
        parts={coveredParts(card)}
        asked={card.ordinal}
        shown={shown}
      />
    );
  return (
    <>
      <CardText text={card.front} />
      {card.kind === "choice" && (
        <Options card={card} shown={shown} given={given} onGiven={onGiven} />
      )}
      {card.kind === "typed" && !shown && onGiven && (
        <input
          key={card.front}
          // The one thing to do here; a press on Enter shows the answer.
          autoFocus
          aria-label={t("study.review.yourAnswer")}
          placeholder={t("study.review.yourAnswer")}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={given ?? ""}
          onChange={(event) => onGiven(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.stopPropagation();
            onSubmit?.();
          }}
          className={classes(inputClass, "mt-4 min-h-12 text-center")}
        />
      )}
    </>
  );
}

export function AnswerSide({ card, given }: { card: Shown; given?: string | undefined }) {
  if (card.kind === "typed")
    return given?.trim() ? (
      <TypedAnswer given={given} card={card} />
    ) : (
      <CardText text={card.back} />
    );
  if (card.kind === "choice") return null;
  if (card.kind === "occlusion") {
    const label = coveredParts(card)[card.ordinal]?.label;
    return (
      <>
        {label && <CardText text={label} />}
        {card.back && <CardText text={card.back} />}
      </>
    );
  }
  return card.back.trim() ? <CardText text={card.back} /> : null;
}

function Options({
  card,
  shown,
  given,
  onGiven,
}: {
  card: Shown;
  shown: boolean;
  given: string | undefined;
  onGiven: ((answer: string) => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <ul className="mt-4 grid gap-2 text-left">
      {textOptions(card).map((option) => {
        const right = shown && isRight(option, [card.back]);
        const wrong = shown && given === option && !right;
        const look = classes(
          "flex min-h-12 w-full items-center justify-between gap-3 rounded-xl border px-4 py-2 text-left",
          right
            ? "border-accent bg-accent-soft text-accent-ink"
            : wrong
              ? "border-danger/50 bg-danger-soft text-danger"
              : "border-line-strong bg-surface",
          !shown && onGiven && "hover:border-accent hover:bg-accent-soft/40",
        );
        const mark = right
          ? t("study.review.rightOne")
          : wrong
            ? t("study.review.yourChoice")
            : undefined;
        return (
          <li key={option}>
            {shown || !onGiven ? (
              <div className={look}>
                <span className="min-w-0">{option}</span>
                {mark && <span className="shrink-0 text-xs font-medium">{mark}</span>}
              </div>
            ) : (
              <button type="button" className={look} onClick={() => onGiven(option)}>
                {option}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/**
 * What was typed held against the answer: letters that are missing and letters that are too many, said in words too.
 */
function TypedAnswer({ given, card }: { given: string; card: Shown }) {
  const { t } = useTranslation();
  const right = judgeAnswer(card, given);
  if (right)
    return (
      <p>
        <span className="rounded-md bg-accent-soft px-2 py-0.5 font-medium text-accent-ink">
          {card.back}
        </span>
        <span className="mt-1 block text-sm text-soft">{t("study.review.typedRight")}</span>
      </p>
    );
  return (
    <div className="grid gap-2">
      <CardText text={card.back} />
      <p className="text-sm text-soft">
        <span className="sr-only">{t("study.review.youTyped", { answer: given })}</span>
        <span aria-hidden="true">
          {answerDiff(given, card.back).map(({ text, kind }, at) => (
            <span
              key={at}
              className={
                kind === "extra"
                  ? "bg-danger-soft text-danger line-through"
                  : kind === "missing"
                    ? "bg-warn-soft text-warn underline"
                    : "text-ink"
              }
            >
              {text}
            </span>
          ))}
        </span>
      </p>
    </div>
  );
}
