import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { Command } from "commander";
import type { Speech } from "#server/features/content/speech/shapes.ts";
import { openClient, print, type Client } from "./client.ts";
import { changes } from "./transcribe.ts";

export function addSpeakCommand(program: Command) {
  program
    .command("speak")
    .description("read a text aloud into a sound file")
    .argument("<text...>")
    .option("--voice <voice>")
    .option("--speed <factor>", "0.25 to 4", Number)
    .option("--format <format>", "mp3, ogg or wav", "mp3")
    .option("-o, --output <file>", "default: speech.<format>")
    .action(
      async (
        words: string[],
        options: { voice?: string; speed?: number; format: string; output?: string },
        command: Command,
      ) => {
        const client = await openClient(command);
        const { output = `speech.${options.format}`, ...wish } = options;
        const speech = await speak(client, { text: words.join(" "), ...wish });
        await saveSpeech(client, speech.id, output);
        print(
          command,
          { ...speech, file: output },
          () => `${output}: ${speech.duration_seconds?.toFixed(1)} s, voice ${speech.voice}`,
        );
      },
    );
}

export async function speak(client: Client, wish: Record<string, unknown>): Promise<Speech> {
  const { id } = await client.post<Speech>("/tts", wish);
  for await (const _change of changes(client)) {
    const speech = await client.get<Speech>(`/tts/${id}`);
    if (speech.status === "ready") return speech;
    if (speech.status === "failed")
      throw new Error(speech.error_message ?? "The text could not be read aloud.");
  }
  throw new Error("The server ended the connection.");
}

export async function saveSpeech(client: Client, id: string, path: string) {
  const answer = await client.request(`/tts/${id}/audio`);
  await pipeline(Readable.fromWeb(answer.body! as ReadableStream), createWriteStream(path));
}
