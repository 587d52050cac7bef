import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Command } from "commander";
import type { UploadedRecording } from "#server/features/content/recordings/shapes.ts";
import { DOCUMENT_FORMATS } from "#server/features/content/study-materials/formats/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { openClient, print } from "./client.ts";
import { waitForTranscription } from "./transcribe.ts";

const DOCUMENTS = new Set(
  DOCUMENT_FORMATS.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)),
);

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
    .option("--wait", "until the transcript is there")
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
          print(command, material, ({ id, title }) => `Study material ${id}: ${title}`);
          return;
        }
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
        if (options["wait"] && uploaded.transcription_job) {
          await waitForTranscription(client, uploaded.transcription_job.id, command);
        }
        print(command, uploaded, ({ recording, transcription_job }) =>
          [
            `Recording ${recording.id}: ${recording.title}`,
            ...(transcription_job ? [`Transcription job ${transcription_job.id}`] : []),
          ].join("\n"),
        );
      },
    );
}
