import type { Context } from "#server/context.ts";
import type { Student } from "./app.ts";
import { makeSpeech } from "./make-speech.ts";

/** A lecture on photosynthesis that says these sentences, with captions: one each four seconds. @returns its id */
export async function uploadLecture(context: Context, student: Student, said: readonly string[]) {
  const clock = (at: number) => new Date(at * 1000).toISOString().slice(11, 23);
  const { body } = await student.upload(
    "/recordings",
    { blob: await makeSpeech(context, said.join(" ")), name: "lecture.mp3" },
    {
      title: "Photosynthesis",
      subject: "Biology",
      language: "en",
      captions: new Blob([
        `WEBVTT\n\n${said.map((line, at) => `${clock(at * 4)} --> ${clock(at * 4 + 4)}\n${line}\n`).join("\n")}`,
      ]),
    },
  );
  return body.recording.id as string;
}
