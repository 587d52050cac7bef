/**
 * Name, language and day of an account that a suitcase came into when it held nothing; an undo puts back what was
 * there.
 */
import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import type { Plan } from "./plan-import.ts";
import { PROFILE_COLUMNS } from "./suitcase-tables.ts";
import type { Suitcase } from "./suitcase.ts";

export async function addProfile(
  tx: Tx,
  userId: string,
  importId: string,
  suitcase: Suitcase,
  plan: Plan,
) {
  const before = await readProfile(tx, userId);
  for await (const profile of suitcase.rows("account")) {
    for (const name of PROFILE_COLUMNS) {
      const value = profile[name];
      if (typeof value !== "string") continue;
      if (!(await setColumn(tx, userId, name, value)))
        plan.conflicts.push(`${name} could not be taken over: ${value.slice(0, 100)}`);
    }
  }
  const taken = await readProfile(tx, userId);
  const changed = PROFILE_COLUMNS.filter((name) => before[name] !== taken[name]).map(
    (name) => [name, { before: before[name] ?? null, taken: taken[name] ?? null }] as const,
  );
  await sql`
    update account_imports set profile = ${JSON.stringify(Object.fromEntries(changed))}::jsonb
    where user_id = ${userId} and id = ${importId}`.execute(tx);
}

/** What the student changed since stays. */
export async function restoreProfile(tx: Tx, userId: string, importId: string) {
  const { rows } = await sql<{
    profile: Record<string, { before: string | null; taken: string | null }> | null;
  }>`select profile from account_imports where user_id = ${userId} and id = ${importId}`.execute(
    tx,
  );
  const now = await readProfile(tx, userId);
  for (const name of PROFILE_COLUMNS) {
    const change = rows[0]?.profile?.[name];
    // A user name that somebody else took meanwhile cannot come back.
    if (change && change.taken === now[name]) await setColumn(tx, userId, name, change.before);
  }
  await sql`
    update account_imports set profile = null where user_id = ${userId} and id = ${importId}`.execute(
    tx,
  );
}

async function readProfile(tx: Tx, userId: string) {
  const { rows } = await sql<Record<string, string | null>>`
    select ${sql.join(PROFILE_COLUMNS.map((name) => sql`${sql.ref(name)}::text as ${sql.ref(name)}`))}
    from users where id = ${userId}`.execute(tx);
  return rows[0] ?? {};
}

/** @returns false where somebody else has it, or no profile may have it. */
async function setColumn(
  tx: Tx,
  userId: string,
  name: (typeof PROFILE_COLUMNS)[number],
  value: string | null,
) {
  await sql`savepoint profile`.execute(tx);
  try {
    await sql`
      update users set ${sql.ref(name)} = (${value}::text)::${sql.raw(name === "created_at" ? "timestamptz" : "text")}
      where id = ${userId}`.execute(tx);
    return true;
  } catch (error) {
    if (!/^2[23]/.test(String((error as { code?: unknown }).code))) throw error;
    await sql`rollback to savepoint profile`.execute(tx);
    return false;
  }
}
