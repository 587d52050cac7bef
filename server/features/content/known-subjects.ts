/** One subject has one spelling: the one that is there, whoever writes the next thing of it. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { foldSubject } from "#server/vocabulary.ts";

/**
 * @param except ids of what is being changed: a spelling that only these have is no longer there, so a subject can be
 *   spelt anew.
 * @returns what makes a typed subject the one that is there; of several the one that most things have.
 */
export async function knownSubjects(database: Queryable, userId: string, except: string[] = []) {
  const { rows } = await sql<{ subject: string }>`
    select subject from (
      select subject, id from recordings where user_id = ${userId}
      union all select subject, id from study_materials where user_id = ${userId}
      union all select subject, id from conversations where user_id = ${userId}
      union all select subject, id from cards where user_id = ${userId}
    ) as thing
    where subject is not null and id <> all(${except}::uuid[])
    group by subject order by count(*), subject desc`.execute(database);
  const known = new Map(rows.map(({ subject }) => [foldSubject(subject), subject]));
  return (typed: string) => known.get(foldSubject(typed)) ?? typed;
}

/** Of one thing; no subject stays none. */
export async function knownSubject<T extends string | null | undefined>(
  database: Queryable,
  userId: string,
  typed: T,
  except: string[] = [],
): Promise<T | string> {
  if (typeof typed !== "string") return typed;
  return (await knownSubjects(database, userId, except))(typed);
}
