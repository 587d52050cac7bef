/** FFmpeg from PATH: the fastest decoder, and it reads everything. https://ffmpeg.org/ffmpeg.html */
import { spawn } from "node:child_process";
import { fail } from "#server/failures.ts";
import { SAMPLE_RATE, type AudioDecoder } from "./contract.ts";
import { readReport, type Report } from "./ffmpeg-report.ts";
import { LISTEN_SECONDS, mostLikeSpeech } from "./most-like-speech.ts";
import { Refusal } from "./refusal.ts";
import { samplesOf, samplesProcess } from "./samples-process.ts";
import { READABLE, sniff } from "./sniff.ts";

/** Only containers that hold sound: playlists could make FFmpeg read other files of this machine. */
const DEMUXERS =
  "mp3,wav,w64,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,aiff,amr,amrnb,amrwb," +
  "caf,asf,avi,ac3,eac3,wv,mpegts,mpeg,mpegvideo,flv,live_flv,au,tta,ape,mpc,mpc8,dts," +
  "dtshd,truehd,mlp,voc,gsm,rm,dv,mxf,oma,xwma,sox,ircam,aea,shn,tak,dsf,iff,ast,nut,wtv," +
  "ivr,nsv,loas,latm,adx,avr,paf,svx,swf,bonk,g722,g723_1,g726,qcp,sln,sbc,aptx,alp,act," +
  "rso,smjpeg,vqf,wsaud,wve,codec2,epaf,pvf,sds,sdr2,sdx,nistsphere,w64,xa";
/** What it reads beyond the embedded decoder, of what people have. */
const MORE = ["mpg", "mpeg", "vob", "spx", "ape", "voc", "gsm", "rm", "mxf", "dv", "wtv"];
const INPUT = [
  "-nostdin",
  "-hide_banner",
  "-protocol_whitelist",
  "file",
  "-format_whitelist",
  DEMUXERS,
  "-i",
];
const TO_SAMPLES = ["-ac", "1", "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"];

export function createFfmpegDecoder(options: { command: string }): AudioDecoder {
  const { command } = options;
  return {
    name: "ffmpeg",
    formats: [...READABLE, ...MORE],
    async probe(path) {
      const { mimeType } = await sniff(path, true);
      const report = readReport(await describeFile(command, path));
      const { tracks, durationSeconds } = report;
      const track = await chooseTrack(command, path, report);
      return {
        mimeType: report.hasVideo
          ? mimeType
          : mimeType.replace(/^video\//, "audio/").replace("audio/quicktime", "audio/mp4"),
        ...(durationSeconds !== undefined && { durationSeconds }),
        ...(tracks.length > 1 && { tracks, track }),
      };
    },
    async *decode(path, { fromSeconds = 0, signal, track } = {}) {
      await sniff(path, true);
      const heard =
        track ?? (await chooseTrack(command, path, readReport(await describeFile(command, path))));
      yield* samplesOf(samplesProcess(decodeTrack(command, path, heard, fromSeconds)), {
        signal,
        judge({ code, errors, samples }) {
          // FFmpeg ends with an error on a file that is cut off, too: what it gave before is kept.
          if (samples === 0 && (code !== 0 || fromSeconds === 0))
            fail("audio-unreadable", { message: unreadable(errors), cause: errors });
        },
      });
    },
  };
}

function decodeTrack(command: string, path: string, track: number, fromSeconds: number) {
  // Everything before fromSeconds is decoded and thrown away: seeking in an MP3 without an index lands beside the
  // second. async=1 fills gaps of a live recording with silence, so that our seconds are the player's.
  const trim = fromSeconds > 0 ? `,atrim=start=${fromSeconds}` : "";
  const filter = `aresample=${SAMPLE_RATE}:async=1:first_pts=0${trim}`;
  const chosen = ["-map", `0:a:${track}`, "-af", filter];
  return spawn(
    command,
    ["-loglevel", "error", ...INPUT, `file:${path}`, ...chosen, ...TO_SAMPLES],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
}

/**
 * The track in which somebody speaks, as the embedded decoder chooses it.
 * @throws Failure `audio-unreadable` where none can be read.
 */
async function chooseTrack(command: string, path: string, report: Report): Promise<number> {
  const readable = report.tracks.filter((track) => track.readable);
  const [first] = readable;
  if (!first)
    fail("audio-unreadable", {
      message: report.tracks[0]
        ? new Refusal(`a recording whose sound is in the form "${report.tracks[0].codec}"`, true)
            .message
        : unreadable(report.text),
    });
  if (readable.length === 1) return first.number;
  return mostLikeSpeech(readable, report.durationSeconds, (track, fromSeconds) =>
    hear(command, path, track.number, fromSeconds),
  ).then(({ number }) => number);
}

/** A span of one track; empty where it cannot be decoded. */
async function hear(command: string, path: string, track: number, fromSeconds: number) {
  const span = ["-ss", `${fromSeconds}`, ...INPUT, `file:${path}`];
  const chosen = ["-map", `0:a:${track}`, "-t", `${LISTEN_SECONDS}`, "-ar", `${SAMPLE_RATE}`];
  const child = spawn(command, ["-loglevel", "error", ...span, ...chosen, ...TO_SAMPLES], {
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  // One that cannot be started gives no sound, and so none that is chosen.
  child.on("error", () => {});
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  const samples = Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) =>
    bytes.readFloatLE(at * 4),
  );
  return { samples, sampleRate: SAMPLE_RATE };
}

/** FFmpeg writes what it sees to standard error and ends with 1 because no output was named: that is normal. */
function describeFile(command: string, path: string) {
  return new Promise<string>((resolve, reject) => {
    const child = spawn(command, [...INPUT, `file:${path}`], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    let report = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      if (report.length < 100_000) report += piece;
    });
    child.once("error", reject);
    child.once("close", () => resolve(report));
  });
}

function unreadable(report: string) {
  if (/moov atom not found/.test(report))
    return "This recording is cut off: the end of the file, which says where the sound is, is missing.";
  if (/Stream #.*: Video:/.test(report)) return "There is no sound in this video.";
  return "No sound could be read from this file. It may be damaged, or not a recording.";
}
