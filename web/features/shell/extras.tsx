/** What the shell needs a moment later than its first paint: dropped files, uploads, the recording that goes on. */
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import { startOffline } from "../../offline/start.ts";
import { DropZone } from "../content/drop-zone.tsx";
import { useRecorder } from "../content/recordings/recorder.ts";
import { startSendingStopped } from "../content/recordings/send-stopped.ts";
import { ReadingBar } from "../content/speech/reading-bar.tsx";
import { MiniPlayer } from "../transcription/mini-player.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { KeyHelp } from "./key-help.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { useReadyToasts } from "./ready-toasts.ts";

export function ShellExtras({
  keysShown,
  onKeysShown,
}: {
  keysShown: boolean;
  onKeysShown: (shown: boolean) => void;
}) {
  useEffect(startSendingStopped, []);
  useEffect(startOffline, []);
  useReadyToasts();
  return (
    <>
      <RecordingSign />
      <DropZone />
      <MiniPlayer />
      <ReadingBar />
      <KeyHelp open={keysShown} onOpenChange={onKeysShown} />
      <CommandPalette showKeys={() => onKeysShown(true)} />
      <LeaveGuard />
    </>
  );
}

function RecordingSign() {
  const { t } = useTranslation();
  const { phase, elapsedSeconds } = useRecorder();
  const { pathname } = useLocation();
  if (pathname === "/record" || (phase !== "recording" && phase !== "paused")) return null;
  return (
    <Link
      to="/record"
      className={
        "fixed top-14 right-3 z-30 flex min-h-10 items-center gap-2.5 rounded-full bg-ink px-4 " +
        "text-sm font-medium text-paper shadow-float md:top-3"
      }
    >
      <span
        className={`size-2.5 rounded-full bg-[#ef6351] ${phase === "recording" ? "animate-pulse-soft" : ""}`}
      />
      {phase === "recording" ? t("recorder.goingOn") : t("recorder.pausedShort")}
      <span className="tabular-nums">{clock(elapsedSeconds)}</span>
    </Link>
  );
}
