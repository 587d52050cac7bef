/**
 * Sends the mails that wait, one after the other; every server does, and takes its own by `skip locked`. A mail that
 * was taken by the mail server is deleted: a kill in between sends it twice, with one Message-ID.
 */
import { sql } from "kysely";
import { asOwner, forPurpose } from "#database/principal.ts";
import type { Context, Queryable } from "#server/context.ts";
import { findLogin } from "../queries.ts";
import { randomToken, sha256 } from "../sessions.ts";
import { insertResetToken } from "../token-queries.ts";
import { pageUrl, resetLetter } from "./letters.ts";
import { openMail, queueMail } from "./queue-mail.ts";

/** While it is being sent no other server takes it; a mail server that takes longer counts as away. */
const LEASE_SECONDS = 60;
const SENDING_MS = 45_000;
/** For what no notification told of, such as mails of a server that was killed. */
const POLL_MS = 30_000;
const SHORTEST_MS = 250;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const LONGEST_BACKOFF_SECONDS = 3600;
/** A mail that nobody has taken for so long waits, whatever the reason. */
const LATE_SECONDS = 120;

interface Taken {
  id: string;
  user_id: string | null;
  content: Buffer;
  content_key_id: string;
  attempts: number;
}

export interface MailSender {
  /** What is being sent may end. */
  stop(ms: number): Promise<void>;
}

export function startMailSender(context: Context): MailSender {
  let stopped = false;
  let wanted = false;
  let round: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = 0;
  let next = POLL_MS;

  function wake() {
    wanted = true;
    if (round || stopped) return;
    clearTimeout(timer);
    round = run().finally(() => {
      round = undefined;
      if (wanted && pause === 0) wake();
      else if (!stopped) timer = setTimeout(wake, pause || next).unref();
    });
  }

  async function run() {
    wanted = false;
    const away = await sendWaiting(context, () => stopped).catch((error: unknown) => {
      context.log.warn({ err: error }, "the mails that wait could not be read");
      return true;
    });
    pause = away ? Math.min(Math.max(pause * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS) : 0;
    // When the first back-off is over.
    const due = pause ? undefined : await nextDue(context.database).catch(() => undefined);
    next = Math.min(Math.max(due ?? POLL_MS, SHORTEST_MS), POLL_MS);
  }

  const stopListening = context.notifications.listen("mails", wake);
  const stopReconnect = context.notifications.onReconnect(wake);
  wake();
  return {
    async stop(ms) {
      stopped = true;
      clearTimeout(timer);
      stopListening();
      stopReconnect();
      const late = Promise.withResolvers<void>();
      const limit = setTimeout(late.resolve, ms);
      await Promise.race([round, late.promise]);
      clearTimeout(limit);
    },
  };
}

/** @returns whether the mail server is away: the others would fail as this one did. */
async function sendWaiting(context: Context, isStopped: () => boolean): Promise<boolean> {
  await dropExpired(context);
  while (!isStopped()) {
    const mail = await takeNext(context.database);
    if (!mail) return false;
    if ((await sendOne(context, mail)) === "away") return true;
  }
  return false;
}

async function sendOne(context: Context, mail: Taken): Promise<"done" | "later" | "away"> {
  const { database } = context;
  try {
    const content = openMail(context, mail);
    if ("forgotten" in content) {
      await sendResetLink(context, mail.id, content.forgotten);
      return "done";
    }
    await within(
      context.mail.send({ ...content, id: mail.id, accountId: mail.user_id ?? undefined }),
    );
    await deleteMail(database, mail.id);
    return "done";
  } catch (error) {
    // The error of a mail server may quote the mail: only its codes are logged.
    const { code = "unreadable", responseCode } = error as { code?: string; responseCode?: number };
    const told = { mail_id: mail.id, code, response_code: responseCode, attempt: mail.attempts };
    if (code === "EENVELOPE" && responseCode !== undefined && responseCode >= 500) {
      context.log.warn(told, "the mail server refuses this address for good: the mail is dropped");
      await deleteMail(database, mail.id);
      return "done";
    }
    context.log.error(told, "a mail could not be sent and waits");
    const away = responseCode === undefined && code !== "unreadable";
    const longest = away ? LONGEST_PAUSE_MS / 1000 : LONGEST_BACKOFF_SECONDS;
    await putOff(database, mail, code, Math.min(2 ** mail.attempts, longest));
    return away ? "away" : "later";
  }
}

async function sendResetLink(context: Context, mailId: string, email: string) {
  await context.database.transaction().execute(async (tx) => {
    await deleteMail(tx, mailId);
    const found = await findLogin(tx, email);
    if (!found || found.disabled_at) return;
    const token = randomToken();
    await asOwner(found.id, () => insertResetToken(tx, found.id, sha256(token)));
    const letter = resetLetter(pageUrl(context, "/reset-password", { token }));
    await queueMail(context, tx, found.id, found.email, letter);
  });
}

async function within(sending: Promise<void>) {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => late.reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })),
    SENDING_MS,
  );
  try {
    await Promise.race([sending, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function takeNext(database: Queryable) {
  const { rows } = await forPurpose("upkeep", () =>
    sql<Taken>`
      update mails set attempts = attempts + 1, error_code = null,
        run_at = now() + make_interval(secs => ${LEASE_SECONDS})
      where id = (
        select id from mails where run_at <= now() and expires_at > now()
        order by run_at, id limit 1 for update skip locked
      )
      returning id, user_id, content, content_key_id, attempts`.execute(database),
  );
  return rows[0];
}

/** In milliseconds; undefined when none waits. */
async function nextDue(database: Queryable) {
  const { rows } = await forPurpose("upkeep", () =>
    sql<{ ms: number | null }>`
      select (extract(epoch from min(run_at) - now()) * 1000)::float8 as ms from mails
      where expires_at > now()`.execute(database),
  );
  return rows[0]?.ms ?? undefined;
}

function deleteMail(database: Queryable, id: string) {
  return forPurpose("upkeep", () => sql`delete from mails where id = ${id}`.execute(database));
}

function putOff(database: Queryable, { id, attempts }: Taken, code: string, seconds: number) {
  return forPurpose("upkeep", () =>
    sql`
      update mails set error_code = ${code.slice(0, 100)}, run_at = now() + make_interval(secs => ${seconds})
      where id = ${id} and attempts = ${attempts}`.execute(database),
  );
}

async function dropExpired({ database, log }: Context) {
  const { rows } = await forPurpose("upkeep", () =>
    sql`delete from mails where expires_at <= now() returning id`.execute(database),
  );
  if (rows.length > 0)
    log.warn({ mails: rows.length }, "mails were dropped unsent: their links are too old");
}

/** Mails that were tried in vain, or that nobody has taken for two minutes. */
export async function countLateMails(database: Queryable) {
  const { rows } = await forPurpose("upkeep", () =>
    sql<{ count: number; oldest: Date | null }>`
      select count(*)::integer as count, min(created_at) as oldest from mails
      where error_code is not null or attempts > 1 or run_at < now() - make_interval(secs => ${LATE_SECONDS})`.execute(
      database,
    ),
  );
  return rows[0]!;
}
