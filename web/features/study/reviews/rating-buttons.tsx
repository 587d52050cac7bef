import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AskedCard } from "#server/features/study/reviews/shapes.ts";
import { i18n } from "../../../i18n.ts";
import { classes } from "../../../ui/classes.ts";
import { intervalOf } from "./session.ts";
import type { Rating } from "./use-review.ts";

export const RATINGS = ["again", "hard", "good", "easy"] as const;
const LOOKS = [
  "border-danger/40 text-danger hover:bg-danger-soft",
  "border-warn/40 text-warn hover:bg-warn-soft",
  "border-accent/50 text-accent-ink hover:bg-accent-soft",
  "border-line-strong text-ink hover:bg-sunken",
];

/** Under each rating when the card comes back. */
export function RatingButtons({
  ratings,
  suggested,
  onRate,
}: {
  ratings: AskedCard["ratings"];
  /** Where the page could tell whether the answer was right. */
  suggested: Rating;
  onRate: (rating: Rating) => void;
}) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  return (
    <div role="group" aria-label={t("study.review.rate")} className="grid grid-cols-4 gap-2">
      {RATINGS.map((name, at) => {
        const rating = (at + 1) as Rating;
        const outcome = ratings.find((one) => one.rating === rating);
        return (
          <button
            key={name}
            type="button"
            onClick={() => onRate(rating)}
            className={classes(
              "flex min-h-15 flex-col items-center justify-center rounded-xl border " +
                "bg-surface px-1 font-medium transition-colors",
              LOOKS[at],
              rating === suggested && "ring-2 ring-current ring-offset-2 ring-offset-paper",
            )}
          >
            <span>{t(`study.review.ratings.${name}`)}</span>
            {outcome && (
              <span className="text-xs font-normal tabular-nums">{wait(outcome, now)}</span>
            )}
          </button>
        );
      })}
    </div>
  );
}

function wait(outcome: AskedCard["ratings"][number], now: number) {
  const { value, unit } = intervalOf(outcome, now);
  return new Intl.NumberFormat(i18n.language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(value);
}
