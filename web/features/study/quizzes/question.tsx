import { CircleCheck, CircleX } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Question, QuizResults } from "#server/features/study/quizzes/shapes.ts";
import { classes } from "../../../ui/classes.ts";
import { inputClass } from "../../../ui/field.tsx";
import { CardText } from "../cards/card-text.tsx";
import { CoveredPicture } from "../cards/covered-picture.tsx";
import { WitnessView } from "../cards/witness-view.tsx";

export type Result = QuizResults["results"][number];

export function AskedQuestion({
  question,
  given,
  result,
  onGiven,
  onSubmit,
}: {
  question: Question;
  given: string;
  /** After an answer in practice. */
  result: Result | undefined;
  onGiven: (answer: string) => void;
  onSubmit: () => void;
}) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <article className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7">
      <div className="text-lg">
        <QuestionText question={question} shown={result !== undefined} />
      </div>
      {question.kind === "choice" && question.options ? (
        <fieldset className="mt-5 grid gap-2" disabled={result !== undefined}>
          <legend className="sr-only">{t("study.quiz.options")}</legend>
          {question.options.map((option, at) => {
            const isRight = result && option === result.right_answer;
            const isWrong = result && option === given && !result.right;
            return (
              <label
                key={option}
                className={classes(
                  "flex min-h-12 cursor-pointer items-center gap-3 rounded-xl border px-4 py-2",
                  isRight
                    ? "border-accent bg-accent-soft text-accent-ink"
                    : isWrong
                      ? "border-danger/50 bg-danger-soft text-danger"
                      : "border-line-strong has-checked:border-accent has-checked:bg-accent-soft",
                )}
              >
                <input
                  type="radio"
                  name={name}
                  checked={given === option}
                  onChange={() => onGiven(option)}
                  onKeyDown={(event) => {
                    if (event.key !== "Enter") return;
                    event.preventDefault();
                    onSubmit();
                  }}
                  className="size-5 shrink-0 accent-accent"
                />
                <span className="min-w-0">{option}</span>
                <span className="ml-auto text-xs text-faint max-md:hidden" aria-hidden="true">
                  {at + 1}
                </span>
              </label>
            );
          })}
        </fieldset>
      ) : (
        <input
          autoFocus
          readOnly={result !== undefined}
          aria-label={t("study.review.yourAnswer")}
          placeholder={t("study.review.yourAnswer")}
          autoComplete="off"
          value={given}
          onChange={(event) => onGiven(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            onSubmit();
          }}
          className={classes(inputClass, "mt-5 min-h-12")}
        />
      )}
      <div aria-live="polite">{result && <Feedback result={result} />}</div>
    </article>
  );
}

/** Its text, or its picture with the covered parts. */
export function QuestionText({
  question: { front, parts },
  shown,
}: {
  question: Pick<Question, "front" | "parts">;
  shown: boolean;
}) {
  return parts ? (
    <CoveredPicture text={front} parts={parts} asked={0} shown={shown} />
  ) : (
    <CardText text={front} />
  );
}

export function Feedback({ result }: { result: Result }) {
  const { t } = useTranslation();
  const Icon = result.right ? CircleCheck : CircleX;
  return (
    <div className="mt-5 grid gap-4">
      <p
        className={classes(
          "flex items-start gap-2.5 font-medium",
          result.right ? "text-accent-ink" : "text-danger",
        )}
      >
        <Icon className="mt-0.5 size-5 shrink-0" aria-hidden="true" />
        <span>
          {result.right ? t("study.quiz.right") : t("study.quiz.wrong")}
          {!result.right && (
            <span className="block font-normal text-ink">
              {t("study.quiz.rightAnswer", { answer: result.right_answer })}
            </span>
          )}
        </span>
      </p>
      {result.witness && <WitnessView witness={result.witness} />}
    </div>
  );
}
