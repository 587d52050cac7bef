import { useTranslation } from "react-i18next";
import type { Playback } from "./playback.ts";
import { SPEEDS, useSpeed } from "./speed.ts";

/** One press is one step faster, and after the fastest the slowest. */
export function SpeedButton({ sound }: { sound: Pick<Playback, "audio"> }) {
  const { t, i18n } = useTranslation();
  const { rate, set } = useSpeed(sound);
  const shown = rate.toLocaleString(i18n.language);
  return (
    <button
      type="button"
      aria-label={t("player.speedIs", { rate: shown })}
      title={t("player.speedIs", { rate: shown })}
      onClick={() => set(SPEEDS[(SPEEDS.indexOf(rate) + 1) % SPEEDS.length]!)}
      className={
        "min-h-8 shrink-0 rounded-lg px-1.5 text-sm font-medium text-soft tabular-nums " +
        "hover:bg-sunken hover:text-ink"
      }
    >
      {shown}×
    </button>
  );
}
