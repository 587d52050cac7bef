/**
 * The recorder. It lives outside of the pages, so that a student may read notes or ask the tutor while the lecture is
 * recorded. What it writes is in piece-store.ts; how that reaches the server is in send-kept.ts.
 */
import { useSyncExternalStore } from "react";
import { SaidError } from "../../../api/problem.ts";
import { session } from "../../../api/session.ts";
import { i18n } from "../../../i18n.ts";
import { describeGaps } from "./gaps.ts";
import { startLiveUpload, type LiveUpload } from "./live-upload.ts";
import { addPiece, lockName, putKept, type KeptRecording } from "./piece-store.ts";

export interface RecorderState {
  phase: "idle" | "starting" | "recording" | "paused" | "stopping";
  id: string | undefined;
  elapsedSeconds: number;
  sizeBytes: number;
  /** A sentence; the recording goes on where it can. */
  warning: string | undefined;
  error: string | undefined;
}

/** A crash costs at most one piece. */
const PIECE_MS = 3000;
/** A piece that comes this much late: the computer slept, and there is no sound of that time. */
const LATE_MS = 3000;
const FORMATS = [
  "audio/webm;codecs=opus",
  "audio/mp4;codecs=mp4a.40.2",
  "audio/mp4",
  "audio/ogg;codecs=opus",
];
const IDLE: RecorderState = {
  phase: "idle",
  id: undefined,
  elapsedSeconds: 0,
  sizeBytes: 0,
  warning: undefined,
  error: undefined,
};

interface Running {
  kept: KeptRecording;
  live: LiveUpload;
  media: MediaRecorder;
  streams: MediaStream[];
  audio: AudioContext;
  meter: AnalyserNode;
  release: () => void;
  wakeLock: WakeLockSentinel | undefined;
  timer: ReturnType<typeof setInterval>;
  /** Pieces are written one after the other. */
  writing: Promise<void>;
  pieces: number;
  /** When the last piece came, by the clock on the wall; undefined after a pause. */
  pieceAt: number | undefined;
  countedMs: number;
  resumedAt: number | undefined;
}

let state = IDLE;
let running: Running | undefined;
const listeners = new Set<() => void>();

export function useRecorder() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export async function listMicrophones() {
  const devices = await navigator.mediaDevices?.enumerateDevices();
  return devices?.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "") ?? [];
}

export async function startRecording(
  options: { deviceId?: string | undefined; withComputerSound?: boolean } = {},
) {
  if (running || state.phase === "starting") return;
  set({ ...IDLE, phase: "starting" });
  const streams: MediaStream[] = [];
  try {
    if (!navigator.mediaDevices) throw new SaidError(i18n.t("recorder.needsSecure"));
    streams.push(
      await navigator.mediaDevices.getUserMedia({
        audio: {
          ...(options.deviceId ? { deviceId: { exact: options.deviceId } } : {}),
          // A lecturer at the other end of the room is what "noise suppression" suppresses.
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: true,
        },
      }),
    );
    if (options.withComputerSound)
      streams.push(await navigator.mediaDevices.getDisplayMedia({ audio: true, video: true }));
    await begin(streams);
  } catch (error) {
    for (const stream of streams) for (const track of stream.getTracks()) track.stop();
    set({ ...IDLE, error: sentenceFor(error) });
  }
}

export function pauseRecording() {
  if (!running || state.phase !== "recording") return;
  running.media.pause();
  running.countedMs = countedMs(running);
  running.resumedAt = undefined;
  set({ ...state, phase: "paused" });
}

export function resumeRecording() {
  if (!running || state.phase !== "paused") return;
  running.media.resume();
  running.resumedAt = performance.now();
  running.pieceAt = undefined;
  set({ ...state, phase: "recording" });
}

/** Ends it; answers with what is kept in the browser, complete and on disk. */
export async function stopRecording(): Promise<KeptRecording | undefined> {
  const current = running;
  if (!current || state.phase === "stopping") return undefined;
  set({ ...state, phase: "stopping" });
  current.countedMs = countedMs(current);
  current.resumedAt = undefined;
  await new Promise<void>((resolve) => {
    if (current.media.state === "inactive") return resolve();
    current.media.addEventListener("stop", () => resolve(), { once: true });
    current.media.stop();
  });
  await current.writing;
  const kept: KeptRecording = {
    ...current.kept,
    status: "stopped",
    elapsed_seconds: current.countedMs / 1000,
  };
  await putKept(kept);
  close(current);
  set(IDLE);
  return kept;
}

export function describeRecording(values: { title?: string; subject?: string }) {
  if (running) running.kept = { ...running.kept, ...values };
}

/** 0 to 1, for the level meter; asked for with every frame. */
export function readLevel() {
  if (!running || state.phase !== "recording") return 0;
  const samples = new Float32Array(running.meter.fftSize);
  running.meter.getFloatTimeDomainData(samples);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 60) / 55));
}

async function begin(streams: MediaStream[]) {
  const audio = new AudioContext();
  await audio.resume();
  const meter = audio.createAnalyser();
  meter.fftSize = 1024;
  const mix = audio.createMediaStreamDestination();
  for (const stream of streams) {
    const source = audio.createMediaStreamSource(stream);
    source.connect(meter);
    source.connect(mix);
  }
  // One microphone is recorded as it is; only a mix has to go through the audio graph.
  const sound = streams.length === 1 ? streams[0]! : mix.stream;
  const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
  const media = new MediaRecorder(sound, {
    ...(mimeType ? { mimeType } : {}),
    audioBitsPerSecond: 64_000,
  });
  const id = crypto.randomUUID();
  const kept: KeptRecording = {
    id,
    user_id: session().user?.id ?? "",
    title: "",
    subject: "",
    mime_type: media.mimeType || mimeType || "audio/webm",
    started_at: new Date().toISOString(),
    elapsed_seconds: 0,
    size_bytes: 0,
    status: "recording",
  };
  await putKept(kept);
  const current: Running = {
    kept,
    live: startLiveUpload(kept, (upload_path) => {
      current.kept = { ...current.kept, upload_path };
    }),
    media,
    streams,
    audio,
    meter,
    release: await hold(lockName(id)),
    wakeLock: undefined,
    timer: setInterval(() => tick(current), 250),
    writing: Promise.resolve(),
    pieces: 0,
    pieceAt: undefined,
    countedMs: 0,
    resumedAt: performance.now(),
  };
  running = current;
  media.addEventListener("dataavailable", ({ data }) => {
    const cameAt = Date.now();
    if (data.size > 0)
      current.writing = current.writing.then(() => keepPiece(current, data, cameAt));
  });
  media.addEventListener("error", () => set({ ...state, warning: i18n.t("recorder.failed") }));
  streams[0]?.getAudioTracks()[0]?.addEventListener("ended", () => {
    if (running === current && state.phase !== "stopping")
      set({ ...state, warning: i18n.t("recorder.microphoneGone") });
  });
  await navigator.storage?.persist?.().catch(() => false);
  await keepAwake(current);
  document.addEventListener("visibilitychange", onVisible);
  addEventListener("beforeunload", warnBeforeLeaving);
  media.start(PIECE_MS);
  set({ ...IDLE, phase: "recording", id });
}

async function keepPiece(current: Running, sound: Blob, cameAt: number) {
  const late = current.pieceAt === undefined ? 0 : cameAt - current.pieceAt - PIECE_MS;
  current.pieceAt = cameAt;
  if (late > LATE_MS) addGap(current, late / 1000);
  try {
    const number = current.pieces++;
    await addPiece(current.kept.id, number, sound);
    current.kept = {
      ...current.kept,
      size_bytes: current.kept.size_bytes + sound.size,
      elapsed_seconds: countedMs(current) / 1000,
    };
    await putKept(current.kept);
    current.live.nudge();
    if (running === current) set({ ...state, sizeBytes: current.kept.size_bytes });
  } catch {
    addGap(current, PIECE_MS / 1000);
    set({ ...state, warning: i18n.t("recorder.storageFull") });
  }
}

/** Two that touch are one. */
function addGap(current: Running, seconds: number) {
  const at_seconds = current.kept.elapsed_seconds;
  const { gaps = [] } = current.kept;
  const last = gaps.at(-1);
  current.kept = {
    ...current.kept,
    gaps:
      last && at_seconds - last.at_seconds < 1
        ? [...gaps.slice(0, -1), { ...last, seconds: last.seconds + seconds }]
        : [...gaps, { at_seconds, seconds }],
  };
  set({ ...state, warning: i18n.t("recorder.gaps", { gaps: describeGaps(current.kept) }) });
}

function tick(current: Running) {
  if (running === current) set({ ...state, elapsedSeconds: countedMs(current) / 1000 });
}

function countedMs(current: Running) {
  return (
    current.countedMs +
    (current.resumedAt === undefined ? 0 : performance.now() - current.resumedAt)
  );
}

function close(current: Running) {
  clearInterval(current.timer);
  for (const stream of current.streams) for (const track of stream.getTracks()) track.stop();
  void current.audio.close();
  void current.wakeLock?.release().catch(() => {});
  current.release();
  document.removeEventListener("visibilitychange", onVisible);
  removeEventListener("beforeunload", warnBeforeLeaving);
  running = undefined;
}

/** The browser drops the lock when the page is hidden. */
function onVisible() {
  if (document.visibilityState === "visible" && running) void keepAwake(running);
}

async function keepAwake(current: Running) {
  current.wakeLock = await navigator.wakeLock?.request("screen").catch(() => undefined);
}

function warnBeforeLeaving(event: BeforeUnloadEvent) {
  event.preventDefault();
}

function hold(name: string): Promise<() => void> {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve(() => {});
    void navigator.locks.request(name, () => new Promise<void>((release) => resolve(release)));
  });
}

function sentenceFor(error: unknown) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return i18n.t("recorder.notAllowed");
  if (name === "NotFoundError" || name === "OverconstrainedError")
    return i18n.t("recorder.noMicrophone");
  if (name === "NotReadableError") return i18n.t("recorder.busyMicrophone");
  return error instanceof SaidError ? error.message : i18n.t("recorder.failed");
}

function set(next: RecorderState) {
  state = next;
  for (const listener of listeners) listener();
}
