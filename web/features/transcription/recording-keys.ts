import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { useKeys } from "../../ui/keys.ts";
import { toastError } from "../../ui/toast.tsx";
import { useMarkChanges } from "../marks/queries.ts";
import type { Listening } from "./listening.ts";
import type { Playback } from "./playback.ts";
import type { Speed } from "./speed.ts";

/** Keys that work while a recording is open and nobody types. */
export function useRecordingKeys({
  recordingId,
  playback,
  listening,
  speed,
  onNotes,
}: {
  recordingId: string;
  playback: Playback;
  listening: Listening;
  speed: Speed;
  onNotes: () => void;
}) {
  const { t } = useTranslation();
  const { add } = useMarkChanges({ kind: "recording", id: recordingId });
  const jump = (seconds: number) => () => playback.seek(playback.audio.currentTime + seconds);
  const note = () => {
    // At once: the next key belongs to the note.
    flushSync(onNotes);
    document.querySelector<HTMLTextAreaElement>("[name=new-note]")?.focus();
  };
  const bookmark = () =>
    add.mutate({ at_seconds: Math.floor(playback.audio.currentTime) }, { onError: toastError });
  useKeys(t("keys.recording"), [
    { key: " ", label: t("keys.toggle"), run: playback.toggle },
    { key: "ArrowLeft", label: t("keys.back"), run: jump(-5) },
    { key: "ArrowRight", label: t("keys.forward"), run: jump(5) },
    { key: "[", label: t("keys.slower"), run: () => speed.step(-1) },
    { key: "]", label: t("keys.faster"), run: () => speed.step(1) },
    { key: "l", label: t("player.loop"), run: listening.toggleLoop },
    { key: "s", label: t("player.skip"), run: listening.toggleSkipping },
    { key: "n", label: t("marks.new"), run: note },
    { key: "b", label: t("marks.bookmark"), run: bookmark },
  ]);
}
