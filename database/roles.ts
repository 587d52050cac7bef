/**
 * Who connects to the database, so that a fault in one statement is not the end of everything.
 *
 * - **Owner**: owns the tables, migrates, backs up. Its address is the direct one of the settings.
 * - **Server role**: reads and writes rows; no DDL, no superuser, and row-level security holds for it.
 * - **Worker role**: the same, but it cannot make a way into an account and reads neither second factors nor mails.
 *
 * They are made at the start where the owner may make roles, with passwords that follow from the owner's: nothing more
 * has to be set. Where DATABASE_URL names another role than DATABASE_DIRECT_URL, that role serves. Where neither is so,
 * one role does everything, and `missing` says what is not there; a superuser, for whom row-level security does not
 * hold, then takes on a lesser role in each transaction.
 */
import { createHmac } from "node:crypto";
import pg from "pg";
import { connect } from "./connect.ts";
import { LOCK } from "./migrate.ts";

export interface Roles {
  serverUrl: string;
  workerUrl: string;
  /** For LISTEN, past a pool of connections, with no more rights than the server's where possible. */
  listenUrl: string;
  /** Without a login: whoever serves takes it on in each transaction (principal-client.ts). */
  assumed?: string;
  /** A sentence for the operator; undefined where both walls stand. */
  missing: string | undefined;
}

/** Ways into an account, and what is set for everybody: a worker reads and removes them, and makes none. */
const WAYS_IN = [
  "oauth_connections",
  "refresh_tokens",
  "password_reset_tokens",
  "email_verification_tokens",
  "passkeys",
  "passkey_challenges",
  "api_keys",
  "invitations",
  "login_challenges",
  "email_changes",
  "installation_settings",
];
/** Second factors, and mails with links that open an account. */
const NOT_FOR_WORKERS = ["totp_secrets", "recovery_codes", "mails"];
/** schema_migrations: who migrates. */
const OWNERS_ONLY = ["schema_migrations"];

/**
 * Row-level security keeps a function that might tell of hidden rows out of an index's conditions until it is declared
 * leakproof; only a superuser may. Without it the same answers come, by looking at all of one student's rows.
 */
const IN_INDEXES = [
  "pg_catalog.ts_match_vq(tsvector, tsquery)",
  "pg_catalog.lower(text)",
  "similarity_op(text, text)",
  "word_similarity_op(text, text)",
  "word_similarity_commutator_op(text, text)",
];

interface Owner {
  name: string;
  superuser: boolean;
  makesRoles: boolean;
  version: number;
}

const NOTHING_MISSING = { missing: undefined };

/** @param given.workerUrl where workers have a role that was made by hand. */
export async function raiseRoles(given: {
  url: string;
  directUrl: string;
  workerUrl?: string | undefined;
}): Promise<Roles> {
  const { url, directUrl } = given;
  const client = await connect(directUrl);
  try {
    const owner = await readOwner(client);
    const separate = new URL(url).username !== new URL(directUrl).username;
    if (owner.superuser) await markLeakproof(client);
    if (!separate && (url !== directUrl || !owner.makesRoles || !new URL(directUrl).password))
      return await alone(client, given, owner);
    const serverUrl = separate ? url : derived(directUrl, owner, "server");
    const workerUrl = given.workerUrl ?? (separate ? url : derived(directUrl, owner, "worker"));
    await prepare(client, owner, [serverUrl, workerUrl].map(loginOf));
    if (!separate)
      for (const made of [serverUrl, workerUrl]) await keepPassword(client, directUrl, made);
    const listenUrl = separate ? directUrl : serverUrl;
    const wall = separate ? await heldBack(client, owner, roleOf(url)) : NOTHING_MISSING;
    return { serverUrl, workerUrl, listenUrl, ...wall };
  } finally {
    await client.end().catch(() => {});
  }
}

async function alone(
  client: pg.Client,
  { url, directUrl, workerUrl }: Parameters<typeof raiseRoles>[0],
  owner: Owner,
): Promise<Roles> {
  const wall = await heldBack(client, owner, owner.name);
  return {
    serverUrl: url,
    workerUrl: workerUrl ?? url,
    listenUrl: directUrl,
    ...wall,
    missing: wall.missing ?? OWNER_SERVES,
  };
}

const OWNER_SERVES =
  "The role that serves also owns the tables and may change them. Rows are kept apart; " +
  "give a role of its own for the rest (docs/security.md, “Roles of the database”).";
const ABOVE =
  "The database's role is above row-level security: only the application keeps students " +
  "apart. Give a role of its own (docs/security.md, “Roles of the database”).";

/** A superuser that serves can take on a lesser role; another one above row-level security cannot. */
async function heldBack(
  client: pg.Client,
  owner: Owner,
  serving: string,
): Promise<Pick<Roles, "assumed" | "missing">> {
  const { rows } = await client.query<{ superuser: boolean; above: boolean }>(
    `select rolsuper as superuser, rolsuper or rolbypassrls as above from pg_roles
     where rolname = $1`,
    [serving],
  );
  if (!rows[0]?.above) return NOTHING_MISSING;
  if (!rows[0].superuser || !owner.makesRoles) return { missing: ABOVE };
  const assumed = `${owner.name.slice(0, 50)}_assumed`;
  await prepare(client, owner, [{ role: assumed }]);
  return { assumed, missing: OWNER_SERVES };
}

/** What a connection of this address takes on: workers may have a role of their own, made by hand. */
export function assumedBy({ assumed, serverUrl }: Roles, url: string) {
  return roleOf(url) === roleOf(serverUrl) ? assumed : undefined;
}

async function readOwner(client: pg.Client): Promise<Owner> {
  const { rows } = await client.query<Owner>(
    `select rolname as name, rolsuper as superuser, rolsuper or rolcreaterole as "makesRoles",
       current_setting('server_version_num')::int as version
     from pg_roles where rolname = current_user`,
  );
  return rows[0]!;
}

/** The same server and database, as a role whose password whoever has the owner's can find again, and nobody else. */
function derived(directUrl: string, owner: Owner, kind: "server" | "worker") {
  const made = new URL(directUrl);
  const name = `${owner.name.slice(0, 50)}_${kind}`;
  made.password = createHmac("sha256", decodeURIComponent(made.password))
    .update(`little-monster role ${name}`)
    .digest("base64url");
  made.username = encodeURIComponent(name);
  return made.href;
}

const roleOf = (url: string) => decodeURIComponent(new URL(url).username);
const passwordOf = (url: string) => decodeURIComponent(new URL(url).password);
const loginOf = (url: string): Made => ({ role: roleOf(url), password: passwordOf(url) });

interface Made {
  role: string;
  /** Left out: nobody logs in with it. */
  password?: string;
}

/** In one transaction, and only what is not so yet: several servers may start at once. */
async function prepare(client: pg.Client, owner: Owner, roles: Made[]) {
  const [server, worker] = [roles[0]!.role, roles.at(-1)!.role];
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    for (const { role, password } of roles) {
      const login =
        password === undefined ? "nologin" : `login password ${client.escapeLiteral(password)}`;
      // Another database of the same server may be making it at this moment.
      await client.query(`do $$ begin
        if not exists (select from pg_roles where rolname = ${client.escapeLiteral(role)}) then
          create role ${client.escapeIdentifier(role)}
            nosuperuser nocreatedb nocreaterole nobypassrls noinherit ${login};
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$`);
    }
    if (!(await isGranted(client, server, worker))) await grant(client, owner, server, worker);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function isGranted(client: pg.Client, server: string, worker: string) {
  const { rows } = await client.query<{ granted: boolean }>(
    `select not has_database_privilege($1, current_database(), 'temporary')
      and bool_and(has_table_privilege($1, oid, 'select') and has_table_privilege($1, oid, 'insert')
       and ($1 = $2 or case when relname = any ($4) then has_column_privilege($2, oid, 'id', 'select')
         else has_table_privilege($2, oid, 'select') end)) as granted
     from pg_class
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and relname <> all ($3)`,
    [server, worker, OWNERS_ONLY, NOT_FOR_WORKERS],
  );
  return rows[0]!.granted;
}

async function grant(client: pg.Client, owner: Owner, server: string, worker: string) {
  const id = (name: string) => client.escapeIdentifier(name);
  const { rows } = await client.query<{ schema: string; database: string }>(
    "select current_schema() as schema, current_database() as database",
  );
  const schema = id(rows[0]!.schema);
  const both = [...new Set([server, worker])].map(id).join(", ");
  const statements = [
    `grant usage on schema ${schema} to ${both}`,
    `grant select, insert, update, delete on all tables in schema ${schema} to ${both}`,
    `revoke insert, update, delete on ${OWNERS_ONLY.map(id).join(", ")} from ${both}`,
    ...(server === worker
      ? []
      : [
          `revoke insert, update on ${WAYS_IN.map(id).join(", ")} from ${id(worker)}`,
          `revoke all on ${NOT_FOR_WORKERS.map(id).join(", ")} from ${id(worker)}`,
          // A worker that ends a deletion writes the last mail, and reads none.
          `grant insert on mails to ${id(worker)}`,
          // Whose they are and how many: what a deletion's receipt counts.
          ...NOT_FOR_WORKERS.map(
            (name) => `grant select (user_id, id) on ${id(name)} to ${id(worker)}`,
          ),
        ]),
    // What a student typed stands in some messages of errors, and the application has them; LOG is above ERROR here.
    // In this database only: the row of a role's settings everywhere is shared by all databases of the server, and two
    // that are prepared at once would meet there ("tuple concurrently updated").
    ...(owner.superuser
      ? [...new Set([server, worker])].map(
          (role) =>
            `alter role ${id(role)} in database ${id(rows[0]!.database)} set log_min_messages to log`,
        )
      : []),
    // An idle worker vacuums the queue.
    ...(owner.version >= 170000 ? [`grant maintain on jobs to ${id(worker)}`] : []),
  ];
  for (const statement of statements) await client.query(statement);
  // Nobody but the owner makes tables, not even temporary ones. Who does not own the schema or the database cannot see
  // to it.
  for (const statement of [
    `revoke create on schema ${schema} from public`,
    `revoke temporary on database ${id(rows[0]!.database)} from public`,
  ]) {
    await client.query("savepoint tolerant");
    await client.query(statement).catch(() => client.query("rollback to tolerant"));
  }
}

/** The owner's password may have been changed, and with it the ones that follow from it. */
async function keepPassword(client: pg.Client, directUrl: string, made: string) {
  const probe = new pg.Client({ connectionString: made });
  probe.on("error", () => {});
  try {
    await probe.connect();
  } catch (error) {
    if ((error as { code?: string }).code !== "28P01") throw error;
    if (directUrl === made) throw error;
    await client.query(
      `alter role ${client.escapeIdentifier(roleOf(made))} password ${client.escapeLiteral(passwordOf(made))}`,
    );
  } finally {
    await probe.end().catch(() => {});
  }
}

async function markLeakproof(client: pg.Client) {
  const { rows } = await client.query<{ signature: string }>(
    `select signature from unnest($1::text[]) as given (signature)
     join pg_proc on pg_proc.oid = to_regprocedure(signature) where not proleakproof`,
    [IN_INDEXES],
  );
  for (const { signature } of rows)
    await client.query(`alter function ${signature} leakproof`).catch((error: unknown) => {
      // Two databases' servers never meet here, two servers of one database may.
      if ((error as { code?: string }).code !== "XX000") throw error;
    });
}
