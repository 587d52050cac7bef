/** `lm cancel` and `lm retry`: of a recording's newest transcription, a transcription job or any other job. */
import type { Command } from "commander";
import type { Job } from "#server/features/jobs/shapes.ts";
import type { TranscriptionJob } from "#server/features/transcription/shapes.ts";
import { openClient, print } from "./client.ts";
import { findById } from "./find-by-id.ts";

const VERBS = {
  cancel: "stop a transcription or another job; what there is of it is kept",
  retry: "try a failed or cancelled transcription or job again, from where it stopped",
};

export function addJobCommands(program: Command) {
  for (const [verb, description] of Object.entries(VERBS))
    program
      .command(verb)
      .description(description)
      .argument("<id>", "of a recording, a transcription job or a job")
      .action(async (id: string, _options: object, command: Command) => {
        const client = await openClient(command);
        const { kind, item } = await findById(client, id, [
          "recordings",
          "transcription-jobs",
          "jobs",
        ]);
        if (kind === "recordings" && !item.transcription_job)
          throw new Error("This recording has no transcription job.");
        const path =
          kind === "recordings"
            ? `/transcription-jobs/${item.transcription_job!.id}`
            : `/${kind}/${item.id}`;
        const job = await client.post<Job | TranscriptionJob>(`${path}/${verb}`);
        print(command, job, ({ id: of, status, place }) =>
          [`Job ${of}: ${status}`, ...(place ? [`number ${place} in line`] : [])].join(", "),
        );
      });
}
