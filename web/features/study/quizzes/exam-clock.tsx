import { Timer } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import { classes } from "../../../ui/classes.ts";

/**
 * What is left of an exam's time; when it is over the answers can still be handed in, and the result says that it was
 * late.
 */
export function ExamClock({ from, seconds }: { from: string; seconds: number }) {
  const { t } = useTranslation();
  const left = () => Math.round(seconds - (Date.now() - Date.parse(from)) / 1000);
  const [rest, setRest] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setRest(left()), 1000);
    return () => clearInterval(timer);
  }, [from, seconds]);
  return (
    <span
      role="timer"
      aria-label={t("study.quiz.timeLeft")}
      className={classes(
        "flex min-h-10 items-center gap-2 rounded-lg px-3 font-medium tabular-nums",
        rest < 60 ? "bg-warn-soft text-warn" : "bg-sunken",
      )}
    >
      <Timer className="size-4" aria-hidden="true" />
      {rest >= 0 ? clock(rest) : t("study.quiz.timeOver")}
    </span>
  );
}
