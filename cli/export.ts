import { createWriteStream } from "node:fs";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { type Command, InvalidArgumentError } from "commander";
import { openClient } from "./client.ts";
import { findById } from "./find-by-id.ts";

const CHAPTER_FORMATS = ["txt", "vtt", "json"];
const FORMATS = ["txt", "srt", "vtt", "md", "docx", "json"];

export function addExportCommand(program: Command) {
  program
    .command("export")
    .description("write a transcript or a conversation (Markdown) into a file, or to the terminal")
    .argument("<id>", "of a recording, a transcription or a conversation")
    .option("--format <format>", `of a transcript: ${FORMATS.join(", ")}`, knownFormat)
    .option("--chapters", "of a recording: its chapters (txt, vtt, json) instead of its transcript")
    .option("-o, --output <file>", "its ending says the format; default: the terminal, txt")
    .action(
      async (
        id: string,
        { format, output, chapters }: { format?: string; output?: string; chapters?: true },
        command: Command,
      ) => {
        const client = await openClient(command);
        const { kind, item } = await findById(client, id, [
          "recordings",
          "transcriptions",
          "conversations",
        ]);
        const path = pathOf();
        const answer = await client.request(path);
        const body = Readable.fromWeb(answer.body! as ReadableStream);
        if (!output) return pipeline(body, process.stdout, { end: false });
        await pipeline(body, createWriteStream(output));
        console.log(
          command.optsWithGlobals<{ json?: boolean }>().json
            ? JSON.stringify({ file: output })
            : output,
        );

        function pathOf() {
          if (kind === "conversations") {
            const wanted = formatOf(output, format, ["md"]) ?? "md";
            if (wanted !== "md")
              throw new Error("A conversation is written as Markdown (.md) only.");
            return `/conversations/${item.id}/export`;
          }
          if (chapters) {
            if (kind !== "recordings") throw new Error("Only a recording has chapters.");
            const wanted = formatOf(output, format, CHAPTER_FORMATS) ?? "txt";
            return `/recordings/${item.id}/chapters/export?format=${wanted}`;
          }
          const transcription = kind === "recordings" ? item.transcription_id : item.id;
          if (!transcription) throw new Error("This recording has no transcript yet.");
          return `/transcriptions/${transcription}/export?format=${formatOf(output, format, FORMATS) ?? "txt"}`;
        }
      },
    );
}

function knownFormat(value: string) {
  if (!FORMATS.includes(value)) throw new InvalidArgumentError(`There are: ${FORMATS.join(", ")}.`);
  return value;
}

/**
 * What the file's ending says, or what was asked for by name.
 * @throws Error where the two differ, or nothing is written with such an ending.
 */
export function formatOf(
  output: string | undefined,
  asked: string | undefined,
  formats: readonly string[],
) {
  if (output === undefined) return asked;
  const ending = extname(output).slice(1).toLowerCase();
  if (ending === "") return asked;
  if (!formats.includes(ending))
    throw new Error(
      `${output} would have to be .${ending}, which cannot be written. There are: ` +
        `${formats.map((each) => `.${each}`).join(", ")}.`,
    );
  if (asked !== undefined && asked !== ending)
    throw new Error(`${output} is named as ${ending}, but ${asked} is asked for.`);
  return ending;
}
