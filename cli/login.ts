import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { LoginAnswer } from "#server/features/authentication/shapes.ts";
import { ClientFailure, print, readProblem, saveSession, serverOf } from "./client.ts";

export function addLoginCommand(program: Command) {
  program
    .command("login")
    .description(
      "log in, or make an account with --register; the password comes from LM_PASSWORD or is asked for",
    )
    .argument("<email>")
    .option("--register", "make a new account")
    .action(async (email: string, options: { register?: boolean }, command: Command) => {
      const server = serverOf(command);
      const password = await askPassword();
      const answer = await fetch(`${server}/api/auth/${options.register ? "register" : "login"}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      }).catch(() => {
        throw new Error(`No answer from ${server}. Is it running?`);
      });
      if (!answer.ok) throw new ClientFailure(await readProblem(answer));
      const { access_token, refresh_token, user } = (await answer.json()) as LoginAnswer;
      // Left out only where a cookie was asked for.
      await saveSession({ server, access_token, refresh_token: refresh_token!, email: user.email });
      print(command, { server, user }, () => `Logged in at ${server} as ${user.email}.`);
    });
}

/** LM_PASSWORD, or what is typed. */
export async function askPassword() {
  const given = process.env["LM_PASSWORD"];
  if (given) return given;
  if (!process.stdin.isTTY) throw new Error("Set LM_PASSWORD, or run this in a terminal.");
  process.stdout.write("Password: ");
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
  });
  // The prompt stands already, what is typed is not echoed; Node tells no other way than this method that its types
  // leave out.
  (terminal as unknown as { _writeToOutput: (text: string) => void })._writeToOutput = () => {};
  const password = await terminal.question("");
  terminal.close();
  process.stdout.write("\n");
  return password;
}
