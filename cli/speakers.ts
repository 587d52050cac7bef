/** `lm speakers`: who speaks in a recording, found by the voices. */
import { type Command, InvalidArgumentError } from "commander";
import { clock } from "#server/clock.ts";
import type { RecordingSpeakers } from "#server/features/speakers/shapes.ts";
import { openClient, print } from "./client.ts";
import { changes } from "./transcribe.ts";

export function addSpeakersCommand(program: Command) {
  program
    .command("speakers")
    .description("find who speaks in a recording by the voices; the transcript gets their names")
    .argument("<recording>", "id of the recording")
    .option("--voices <number>", "how many people speak; default: find out", count)
    .action(async (id: string, { voices }: { voices?: number }, command: Command) => {
      const client = await openClient(command);
      const path = `/recordings/${id}/speakers`;
      await client.post<RecordingSpeakers>(path, voices === undefined ? {} : { voices });
      for await (const _change of changes(client)) {
        const found = await client.get<RecordingSpeakers>(path);
        if (found.status === "failed")
          throw new Error(found.error_message ?? "The speakers could not be found.");
        if (found.status === "ready") return print(command, found, saySpeakers);
      }
      throw new Error("The server ended the connection.");
    });
}

function saySpeakers({ speakers }: RecordingSpeakers) {
  if (speakers.length === 0) return "Nobody was heard.";
  return speakers.map(({ name, seconds }) => `${clock(seconds)}  ${name}`).join("\n");
}

function count(value: string) {
  if (!/^\d{1,2}$/.test(value) || Number(value) < 1 || Number(value) > 20)
    throw new InvalidArgumentError("It is a number from 1 to 20.");
  return Number(value);
}
