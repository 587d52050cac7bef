/** Explaining aloud: what was said becomes text by this server's own recogniser, and the sound is not kept. */
import { useQuery } from "@tanstack/react-query";
import { Mic, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { UploadedRecording } from "#server/features/content/recordings/shapes.ts";
import type {
  Transcription as TranscriptionSummary,
  TranscriptionJob,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { SaidError } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { enginesQuery } from "../../transcription/engines.ts";

const LOOK_AGAIN_MS = 1000;

/** Nothing where there is no microphone (a page without TLS has none) or no recogniser. */
export function SpeakButton({ onSaid }: { onSaid: (text: string) => void }) {
  const { t } = useTranslation();
  const engines = useQuery(enginesQuery).data ?? [];
  const recorder = useRef<MediaRecorder>(undefined);
  const [phase, setPhase] = useState<"idle" | "speaking" | "reading">("idle");
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (phase !== "speaking") return;
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [phase]);
  useEffect(() => () => recorder.current?.stream.getTracks().forEach((track) => track.stop()), []);
  if (engines.length === 0 || !("mediaDevices" in navigator)) return null;

  async function start() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const pieces: Blob[] = [];
      const recording = new MediaRecorder(stream);
      recorder.current = recording;
      recording.ondataavailable = ({ data }) => pieces.push(data);
      recording.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        setPhase("reading");
        textOf(new Blob(pieces, { type: recording.mimeType }), t("study.explain.recording"))
          .then(onSaid)
          .catch(toastError)
          .finally(() => setPhase("idle"));
      };
      recording.start();
      setSeconds(0);
      setPhase("speaking");
    } catch {
      toastError(new SaidError(t("study.explain.noMicrophone")));
    }
  }

  return phase === "speaking" ? (
    <Button onClick={() => recorder.current?.stop()}>
      <Square className="size-4 fill-current text-danger" aria-hidden="true" />
      {t("study.explain.stop")} <span className="tabular-nums">{clock(seconds)}</span>
    </Button>
  ) : (
    <Button busy={phase === "reading"} onClick={() => void start()}>
      {phase === "idle" && <Mic className="size-4" aria-hidden="true" />}
      {t(phase === "idle" ? "study.explain.speak" : "study.explain.reading")}
    </Button>
  );
}

async function textOf(sound: Blob, title: string) {
  const form = new FormData();
  form.set("title", title);
  form.set("recording_type", "note");
  form.set("file", sound, "explanation.webm");
  const { recording, transcription_job } = await request<UploadedRecording>("/recordings", {
    method: "POST",
    body: form,
  });
  try {
    let job: Pick<TranscriptionJob, "id" | "status" | "error_code" | "error_message"> | null =
      transcription_job;
    while (job && (job.status === "pending" || job.status === "processing")) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      job = await request<TranscriptionJob>(`/transcription-jobs/${job.id}`);
    }
    if (job && job.status !== "completed")
      throw new SaidError(failureSentence(job.error_code, job.error_message));
    const { items } = await request<Page<TranscriptionSummary>>("/transcriptions", {
      query: { recording_id: recording.id, limit: 1 },
    });
    return items[0] ? (await request<Transcription>(`/transcriptions/${items[0].id}`)).text : "";
  } finally {
    await request(`/recordings/${recording.id}`, { method: "DELETE" }).catch(() => {});
  }
}
