/** Which decoder this machine uses. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { AudioDecoder } from "./contract.ts";
import { createEmbeddedDecoder } from "./embedded.ts";
import { createFfmpegDecoder } from "./ffmpeg.ts";

export interface AudioDecoderOptions {
  /** `auto` (what is on PATH, else the embedded one), `off` (always the embedded one), or the path of an ffmpeg. */
  ffmpeg?: string;
}

export function createAudioDecoder(options: AudioDecoderOptions = {}): AudioDecoder {
  const command = findCommand("ffmpeg", options.ffmpeg ?? "auto");
  return command ? createFfmpegDecoder({ command }) : createEmbeddedDecoder();
}

/** @param setting `auto` (what is on PATH), `off` (none), or a path. */
export function findCommand(name: string, setting: string) {
  if (setting === "off") return undefined;
  return setting === "auto" ? findOnPath(name) : setting;
}

function findOnPath(command: string, path = process.env.PATH ?? "") {
  const names = process.platform === "win32" ? [`${command}.exe`, command] : [command];
  for (const folder of path.split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // not in this folder
      }
    }
  }
  return undefined;
}
