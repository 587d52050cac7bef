/** `lm account quota`: what an account holds and may hold; as an administrator, another's, and other amounts for it. */
import { InvalidArgumentError, type Command } from "commander";
import type { Quota, QuotaName, QuotaOfPerson } from "#server/features/quotas/shapes.ts";
import { QUOTA_NAMES } from "#server/vocabulary.ts";
import { idOf } from "./account-deletion.ts";
import { openClient, print } from "./client.ts";

type Amounts = Partial<Record<QuotaName, number | null>>;

export function addQuotaCommand(account: Command) {
  account
    .command("quota")
    .description("what your account holds and does, and how much of each it may")
    .option("--user <email>", "another's account; you must administer this server")
    .option(
      "--set <name=amount...>",
      "with --user: other amounts for it, as storage_bytes=50GB, or =default for what " +
        `everybody has (${QUOTA_NAMES.join(", ")})`,
      readAmount,
    )
    .action(async (options: { user?: string; set?: Amounts }, command: Command) => {
      const client = await openClient(command);
      if (!options.user) {
        if (options.set) throw new Error("Of whose account? Add --user EMAIL.");
        const held = await client.get<Quota>("/account/quota");
        print(command, held, () => quotaLines(held).join("\n"));
        return;
      }
      const path = `/admin/users/${await idOf(client, options.user)}/quota`;
      const answer = await client.request(path, {
        ...(options.set && {
          method: "PATCH",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(options.set),
        }),
      });
      const held = (await answer.json()) as QuotaOfPerson;
      print(command, held, () => {
        const { own, everybody: _, ...amounts } = held;
        const given = Object.entries(own).map(([name, amount]) => `${name}=${amount}`);
        return [
          ...quotaLines(amounts),
          `other than for everybody: ${given.join(" ") || "nothing"}`,
        ].join("\n");
      });
    });
}

const UNITS: Record<string, number> = { "": 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function readAmount(text: string, before: Amounts = {}): Amounts {
  const [, name, number, unit = ""] =
    /^(\w+)=(default|\d+(?:\.\d+)?)\s*([KMGT]?B)?$/i.exec(text) ?? [];
  const known = QUOTA_NAMES.find((each) => each === name);
  const factor = UNITS[unit.toUpperCase() === "B" ? "" : unit.toUpperCase()];
  if (!known || factor === undefined || (unit !== "" && known !== "storage_bytes"))
    throw new InvalidArgumentError(
      `As in storage_bytes=50GB or api_keys=default; the names are ${QUOTA_NAMES.join(", ")}.`,
    );
  return { ...before, [known]: number === "default" ? null : Math.round(Number(number) * factor) };
}

function quotaLines(held: Quota) {
  const line = (name: string, used: number, limit: number | null) =>
    `${name}: ${used}${limit === null ? "" : ` of ${limit}`}`;
  const { queued_jobs, requests_per_minute, ...amounts } = held;
  return [
    ...Object.entries(amounts).map(([name, { used, limit }]) => line(name, used, limit)),
    ...queued_jobs.map(({ job_type, used, limit }) => line(`queued ${job_type}`, used, limit)),
    ...requests_per_minute.map(({ operation, used, limit }) =>
      line(`${operation} in this minute`, used, limit),
    ),
  ];
}
