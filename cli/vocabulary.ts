/** `lm vocabulary`: the terms of a subject, and what of a transcript was perhaps misheard. */
import type { Command } from "commander";
import { clock } from "#server/clock.ts";
import type {
  DecidedCorrections,
  ProposedCorrections,
  VocabularyTerm,
} from "#server/features/vocabulary/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { openClient, print, type Client } from "./client.ts";

export function addVocabularyCommand(program: Command) {
  const vocabulary = program
    .command("vocabulary")
    .description("the terms and names of your courses");
  vocabulary
    .command("list", { isDefault: true })
    .description("terms by name")
    .option("--subject <subject>")
    .action(async ({ subject }: { subject?: string }, command: Command) => {
      const terms = await listAll(await openClient(command), subject);
      print(command, terms, (all) =>
        all
          .toSorted((a, b) => a.term.localeCompare(b.term))
          .map(({ term, origin, witness }) => `${term}  (${witness?.source.title ?? origin})`)
          .join("\n"),
      );
    });
  vocabulary
    .command("add")
    .description("add a term")
    .argument("<term>")
    .option("--subject <subject>")
    .action(async (term: string, { subject }: { subject?: string }, command: Command) => {
      const client = await openClient(command);
      const made = await client.post<VocabularyTerm>("/vocabulary", {
        term,
        ...(subject ? { subject } : {}),
      });
      print(command, made, ({ id }) => id);
    });
  vocabulary
    .command("corrections")
    .description("what of a transcript was perhaps misheard; --take all takes it")
    .argument("<transcription>")
    .option("--take <ids...>", "these, or all")
    .option("--refuse <ids...>", "these, or all")
    .action(
      async (
        transcription: string,
        { take, refuse }: { take?: string[]; refuse?: string[] },
        command: Command,
      ) => {
        const client = await openClient(command);
        const path = `/transcriptions/${transcription}/corrections`;
        if (take ?? refuse) {
          const chosen = (ids: string[]) => (ids[0] === "all" ? "all" : ids);
          const made = await client.post<DecidedCorrections>(`${path}/decide`, {
            ...(take ? { take: chosen(take) } : {}),
            ...(refuse ? { refuse: chosen(refuse) } : {}),
          });
          print(command, made, ({ taken, refused }) => `${taken} taken, ${refused} refused`);
          return;
        }
        const { items } = await client.get<ProposedCorrections>(path);
        print(command, items, (all) =>
          all
            .map(
              ({ id, start_seconds, heard, replacement }) =>
                `${id}  ${clock(start_seconds)}  ${heard} -> ${replacement}`,
            )
            .join("\n"),
        );
      },
    );
}

async function listAll(client: Client, subject: string | undefined) {
  const terms: VocabularyTerm[] = [];
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({ limit: "200" });
    if (subject) query.set("subject", subject);
    if (cursor) query.set("cursor", cursor);
    const page: Page<VocabularyTerm> = await client.get(`/vocabulary?${query}`);
    terms.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return terms;
}
