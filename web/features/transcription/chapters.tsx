/** A lecture's turns of topic, each at its second; the one that is heard is marked. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Overview } from "#server/features/study/overviews/shapes.ts";
import { request } from "../../api/client.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import type { Playback } from "./playback.ts";

export function Chapters({
  recordingId,
  transcriptionId,
  playback,
}: {
  recordingId: string;
  transcriptionId: string;
  playback: Playback;
}) {
  const { t } = useTranslation();
  const overview = useQuery({
    queryKey: ["transcription", transcriptionId, "overview"],
    queryFn: ({ signal }) =>
      request<Overview>("/overviews", {
        query: { source_kind: "recording", source_id: recordingId },
        signal,
      }),
    staleTime: 60_000,
  });
  const chapters = (overview.data?.outline ?? []).flatMap(({ title, start_seconds }) =>
    start_seconds === undefined ? [] : [{ title, start_seconds }],
  );
  const heard = useHeard(
    playback,
    chapters.map(({ start_seconds }) => start_seconds),
  );
  if (overview.error) return <ErrorNotice error={overview.error} />;
  if (!overview.data) return <Spinner className="mx-auto size-5 text-accent" />;
  if (chapters.length === 0) return <p className="text-sm text-soft">{t("room.noChapters")}</p>;
  return (
    <ol className="grid gap-0.5">
      {chapters.map(({ title, start_seconds }, at) => (
        <li key={start_seconds}>
          <button
            type="button"
            aria-current={at === heard ? "true" : undefined}
            onClick={() => playback.seek(start_seconds, { play: true })}
            className={
              "flex w-full gap-3 rounded-lg px-2 py-2 text-left text-[0.9375rem] " +
              "hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:text-accent-ink"
            }
          >
            <span className="text-sm leading-6 text-soft tabular-nums">{clock(start_seconds)}</span>
            <span className="min-w-0" dir="auto">
              {title}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** The last of these seconds that is over. */
function useHeard(playback: Playback, starts: number[]) {
  const [heard, setHeard] = useState(-1);
  const key = starts.join(" ");
  useEffect(() => {
    const show = (seconds: number) => setHeard(starts.findLastIndex((start) => start <= seconds));
    show(playback.audio.currentTime);
    return playback.onTime(show);
    // `key` says what `starts` are.
  }, [playback, key]);
  return heard;
}
