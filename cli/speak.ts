import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Speech } from "#server/features/content/speech/shapes.ts";
import { openClient, print, type Client } from "./client.ts";
import { formatOf } from "./export.ts";
import { changes } from "./transcribe.ts";

const FORMATS = ["mp3", "ogg", "wav"];

export function addSpeakCommand(program: Command) {
  program
    .command("speak")
    .description("read a text aloud into a sound file")
    .argument("[text...]")
    .option(
      "--material <id>",
      "a whole document or note instead; an MP3 has its headings or pages as chapters",
    )
    .option(
      "--subject <name>",
      "all documents and notes of a subject instead; an MP3 has a chapter for each and for its headings",
    )
    .option("--voice <voice>")
    .option("--speed <factor>", "1 is the voice's own pace", factor)
    .addOption(
      new Option("--format <format>", "default: what the file's ending says, or mp3").choices(
        FORMATS,
      ),
    )
    .option("-o, --output <file>", "its ending says the format; default: speech.mp3")
    .action(
      async (
        words: string[],
        options: {
          voice?: string;
          speed?: number;
          format?: string;
          output?: string;
          material?: string;
          subject?: string;
        },
        command: Command,
      ) => {
        const { output: asked, format: named, material, subject, ...wish } = options;
        const given = [words.length > 0, material !== undefined, subject !== undefined];
        if (given.filter(Boolean).length !== 1)
          throw new Error(
            "Give a text, or --material with the id of a document, or --subject with its name.",
          );
        const format = formatOf(asked, named, FORMATS) ?? "mp3";
        const output = asked ?? `speech.${format}`;
        const client = await openClient(command);
        const speech = await speak(client, {
          ...(words.length > 0 && { text: words.join(" ") }),
          ...(material !== undefined && { source: { kind: "study_material", id: material } }),
          ...(subject !== undefined && { subject }),
          format,
          ...wish,
        });
        await saveSpeech(client, speech.id, output);
        print(
          command,
          { ...speech, file: output },
          () => `${output}: ${speech.duration_seconds?.toFixed(1)} s, voice ${speech.voice}`,
        );
      },
    );
}

function factor(value: string) {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new InvalidArgumentError("It is a number, such as 1.25.");
  return Number(value);
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
