/**
 * With which engine a student's passages are searched: the server's, or the one that was kept because it finds more of
 * theirs.
 */
import type { Context, Queryable } from "#server/context.ts";
import type { Embeddings } from "#server/providers/embeddings/contract.ts";

/** In the place of a model: search by words alone. */
export const WORDS = "words";

export type EngineContext = Pick<Context, "database" | "embeddings" | "embeddingEngines">;

interface Choice {
  engine: string;
  is_provisional: boolean;
}

/** Every server is told of a choice at once; one that does not hear learns of it so much later. */
const REMEMBERED_MS = 30_000;
const MOST_REMEMBERED = 10_000;
const remembered = new Map<string, { choice: Choice | undefined; until: number }>();

export async function findChoice(database: Queryable, userId: string): Promise<Choice | undefined> {
  return database
    .selectFrom("search_choices")
    .select(["engine", "is_provisional"])
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

/** @returns what ends it. */
export function followChoices({ notifications }: Pick<Context, "notifications">) {
  return notifications.listen("events", (payload) => {
    const { user_id, kind } = JSON.parse(payload) as { user_id?: string; kind?: string };
    if (user_id !== undefined && kind === "search_measurement") forgetChoice(user_id);
  });
}

export function forgetChoice(userId: string) {
  remembered.delete(userId);
}

/** Undefined: by words alone. An engine that was chosen and is not here any more gives way to the server's. */
export async function engineFor(
  { database, embeddings, embeddingEngines }: EngineContext,
  userId: string,
): Promise<Embeddings | undefined> {
  if (!embeddings) return undefined;
  let known = remembered.get(userId);
  if (!known || known.until < Date.now()) {
    known = { choice: await findChoice(database, userId), until: Date.now() + REMEMBERED_MS };
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(userId, known);
  }
  return chosenOf(embeddings, embeddingEngines, known.choice);
}

function chosenOf(
  embeddings: Embeddings,
  engines: Embeddings[],
  choice: Choice | undefined,
): Embeddings | undefined {
  if (!choice) return embeddings;
  if (choice.engine === WORDS) return undefined;
  return engines.find(({ model }) => model === choice.engine) ?? embeddings;
}

/** The engines whose vectors a student's passages need: the one in use, and the one that may take its place. */
export async function enginesToEmbed(
  { database, embeddings, embeddingEngines }: EngineContext,
  userId: string,
): Promise<Embeddings[]> {
  if (!embeddings) return [];
  const choice = await findChoice(database, userId);
  const chosen = chosenOf(embeddings, embeddingEngines, choice);
  const needed = choice?.is_provisional ? [chosen, embeddings] : [chosen];
  return [...new Set(needed.filter((engine) => engine !== undefined))];
}
