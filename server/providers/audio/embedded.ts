/**
 * The decoder that comes with the project: WebAssembly codecs (`audio-decode`) behind a demuxer in a process of its own.
 * https://github.com/audiojs/decode, https://mediabunny.dev
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fail, Failure } from "#server/failures.ts";
import type { AudioDecoder, AudioInfo } from "./contract.ts";
import { samplesOf } from "./samples-process.ts";
import { READABLE, sniff } from "./sniff.ts";

const CHILD = fileURLToPath(new URL("embedded-child.ts", import.meta.url));

export interface EmbeddedProbe extends Pick<AudioInfo, "tracks" | "track"> {
  durationSeconds?: number;
  hasAudio: boolean;
  hasVideo: boolean;
}

export function createEmbeddedDecoder(): AudioDecoder {
  return {
    name: "embedded",
    formats: READABLE,
    async probe(path) {
      const { container, mimeType } = await sniff(path);
      const probe = await probeInChild(path, container);
      if (!probe.hasAudio)
        fail(
          "audio-unreadable",
          probe.hasVideo ? { message: "There is no sound in this video." } : {},
        );
      return {
        mimeType: probe.hasVideo
          ? mimeType
          : mimeType.replace(/^video\//, "audio/").replace("audio/quicktime", "audio/mp4"),
        ...(probe.durationSeconds !== undefined && { durationSeconds: probe.durationSeconds }),
        ...(probe.tracks && { tracks: probe.tracks, track: probe.track ?? 0 }),
      };
    },
    async *decode(path, { fromSeconds = 0, signal, track } = {}) {
      const { container } = await sniff(path);
      const child = start("decode", path, container, fromSeconds, track);
      yield* samplesOf(child, {
        signal,
        judge({ code, errors, samples }) {
          if (samples > 0 || (code === 0 && fromSeconds > 0)) return;
          throw unreadable(errors);
        },
      });
    },
  };
}

function start(
  mode: "probe" | "decode",
  path: string,
  container: string,
  fromSeconds = 0,
  track?: number,
) {
  return spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      CHILD,
      mode,
      path,
      container,
      String(fromSeconds),
      String(track ?? ""),
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "" },
    },
  );
}

function probeInChild(path: string, container: string) {
  return new Promise<EmbeddedProbe>((resolve, reject) => {
    const child = start("probe", path, container);
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    let answer = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (answer += piece));
    child.stderr
      .setEncoding("utf8")
      .on("data", (piece: string) => (errors = (errors + piece).slice(-2000)));
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(JSON.parse(answer) as EmbeddedProbe);
      else reject(unreadable(errors));
    });
  });
}

function unreadable(errors: string) {
  const refused = /(?:^|\n)refused: (.+)/.exec(errors)?.[1];
  return new Failure("audio-unreadable", {
    cause: errors,
    ...(refused && { message: refused }),
    ...(errors.includes("moov") && {
      message:
        "This recording is cut off: the end of the file, which says where the sound is, is missing.",
    }),
  });
}
