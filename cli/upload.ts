import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Command } from "commander";
import type { Recording, UploadedRecording } from "#server/features/content/recordings/shapes.ts";
import { DOCUMENT_FORMATS } from "#server/features/content/study-materials/formats/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { TranscriptionWithSegments } from "#server/features/transcription/shapes.ts";
import { openClient, print, type Client } from "./client.ts";
import { changes, priorityOption, sayTranscription, waitForTranscription } from "./transcribe.ts";

const DOCUMENTS = new Set(
  DOCUMENT_FORMATS.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)),
);

interface Outcome {
  value: object;
  said: string;
}

/** @throws Error with the server's sentence when it failed. */
async function waitForTranscript(
  client: Client,
  { recording, transcription_job }: UploadedRecording,
  command: Command,
): Promise<Outcome> {
  const ended =
    transcription_job && (await waitForTranscription(client, transcription_job.id, command));
  const { transcription_id } = await client.get<Recording>(`/recordings/${recording.id}`);
  if (!transcription_id) return { value: {}, said: "It is not transcribed, as you asked." };
  const transcription = await client.get<TranscriptionWithSegments>(
    `/transcriptions/${transcription_id}`,
  );
  return {
    value: { ...(ended && { transcription_job: ended }), transcription },
    said: [ended?.error_message, sayTranscription(transcription)].filter(Boolean).join("\n"),
  };
}

/** @throws Error with the server's sentence when it could not be read. */
async function waitForMaterial(client: Client, id: string): Promise<Outcome> {
  for await (const _change of changes(client)) {
    const material = await client.get<StudyMaterial>(`/study-materials/${id}`);
    if (material.status === "failed")
      throw new Error(material.error_message ?? "The document could not be read.");
    if (material.status !== "ready") continue;
    const { content, page_count: pages } = material;
    return {
      value: material,
      said: `Read: ${content.length} characters${pages ? `, ${pages} pages` : ""}.`,
    };
  }
  throw new Error("The server ended the connection.");
}

export function addUploadCommand(program: Command) {
  program
    .command("upload")
    .description(
      "upload a recording (audio, video) or a study material (PDF, Word, PowerPoint, EPUB, HTML and more)",
    )
    .argument("<file>")
    .option("--title <title>")
    .option("--subject <subject>")
    .option("--language <tag>", "language of the speech or text, as in en or pt-BR")
    .option("--captions <file>", "SRT or VTT beside the recording: its transcript is there at once")
    .option("--no-transcribe", "keep the recording only")
    .addOption(priorityOption())
    .option(
      "--wait",
      "until it is transcribed or read, and say how that went: ends with 1 when it failed",
    )
    .action(
      async (
        file: string,
        options: Record<string, string | boolean | undefined>,
        command: Command,
      ) => {
        const client = await openClient(command);
        await stat(file).catch(() => {
          throw new Error(`There is no file ${file}.`);
        });
        const form = new FormData();
        for (const name of ["title", "subject", "language"])
          if (typeof options[name] === "string") form.set(name, options[name]);
        if (DOCUMENTS.has(extname(file).toLowerCase())) {
          form.set("file", await openAsBlob(file), basename(file));
          const material = (await (
            await client.request("/study-materials", { method: "POST", body: form })
          ).json()) as StudyMaterial;
          await finish(
            material,
            ({ id, title }) => `Study material ${id}: ${title}`,
            () => waitForMaterial(client, material.id),
          );
          return;
        }
        if (typeof options["priority"] === "string") form.set("priority", options["priority"]);
        if (options["transcribe"] === false) form.set("transcribe", "false");
        if (typeof options["captions"] === "string")
          form.set(
            "captions",
            await openAsBlob(options["captions"]),
            basename(options["captions"]),
          );
        // A file-backed blob is read as it is sent: a lecture of gigabytes never sits in memory.
        form.set("file", await openAsBlob(file), basename(file));
        const uploaded = (await (
          await client.request("/recordings", { method: "POST", body: form })
        ).json()) as UploadedRecording;
        await finish(
          uploaded,
          ({ recording, transcription_job }) =>
            [
              `Recording ${recording.id}: ${recording.title}`,
              ...(transcription_job ? [`Transcription job ${transcription_job.id}`] : []),
            ].join("\n"),
          () => waitForTranscript(client, uploaded, command),
        );

        /** With --wait what is there is said first: it is kept, whatever becomes of its text. */
        async function finish<T>(made: T, say: (made: T) => string, wait: () => Promise<Outcome>) {
          if (!options["wait"]) return print(command, made, say);
          const machine = command.optsWithGlobals<{ json?: boolean }>().json;
          if (!machine) console.log(say(made));
          const { value, said } = await wait();
          print(command, { ...made, ...value }, () => said);
        }
      },
    );
}
