/**
 * Keeps the leases of one worker from a thread of its own with a connection of its own, so that a handler that keeps
 * the main thread busy for a minute does not lose its job. A main thread that gave no sign for longer than HUNG_MS is
 * taken for hung: its leases are then let go.
 */
import { parentPort, workerData } from "node:worker_threads";
import pg from "pg";

export interface LeaseThreadData {
  url: string;
  worker: { id: string; host: string; process_id: number; concurrency: number };
  /** Unix time in seconds, written by the main thread each second. */
  alive: SharedArrayBuffer;
}

export type ToLeaseThread =
  | { hold: { id: string; attempt: number }[] }
  | { release: string[] }
  | { progress: [string, number][] };

export type FromLeaseThread =
  | { lost: { id: string; attempt: number }[]; cancelled: string[] }
  /** Why a heartbeat failed: the leases end when several in a row do. */
  | { missed: string };

const TICK_MS = 1000;
/** Without news a heartbeat is due after this; the lease outlasts three of them. */
const HEARTBEAT_MS = 2500;
const HUNG_MS = 60_000;

const { url, worker, alive } = workerData as LeaseThreadData;
const lastSign = new Int32Array(alive);
const held = new Map<string, { attempt: number; progress: number; changed: boolean }>();
let client: pg.Client | undefined;
let lastBeat = 0;
let beating = false;

parentPort!.on("message", (message: ToLeaseThread) => {
  if ("hold" in message) {
    for (const { id, attempt } of message.hold)
      held.set(id, { attempt, progress: 0, changed: false });
  } else if ("release" in message) {
    for (const id of message.release) held.delete(id);
  } else {
    for (const [id, progress] of message.progress) {
      const entry = held.get(id);
      if (entry) Object.assign(entry, { progress, changed: true });
    }
  }
});

setInterval(() => {
  if (beating) return;
  const news = [...held.values()].some(({ changed }) => changed);
  if (!news && Date.now() - lastBeat < HEARTBEAT_MS) return;
  if (Date.now() / 1000 - Atomics.load(lastSign, 0) > HUNG_MS / 1000) return;
  beating = true;
  beat()
    .catch((error: Error) => {
      parentPort!.postMessage({ missed: error.message } satisfies FromLeaseThread);
      // The database is away: the next tick opens a new connection.
      const broken = client;
      client = undefined;
      broken?.end().catch(() => {});
    })
    .finally(() => {
      beating = false;
    });
}, TICK_MS);

interface Held {
  id: string;
  attempt: number;
  progress: number;
}

async function beat() {
  const connection = (client ??= await connect());
  const given = [...held].map(([id, { attempt, progress }]) => ({ id, attempt, progress }));
  for (const entry of held.values()) entry.changed = false;
  await connection.query("begin; select set_config('lm.purpose', 'queue', true)");
  await connection.query(
    `insert into workers (id, host, process_id, concurrency) values ($1, $2, $3, $4)
     on conflict (id) do update set seen_at = now()`,
    [worker.id, worker.host, worker.process_id, worker.concurrency],
  );
  const kept = given.length > 0 ? await keepLeases(connection, given) : [];
  // Also of a worker that holds no job: nobody sees its sign before.
  await connection.query("commit");
  lastBeat = Date.now();
  const ids = new Set(kept.map(({ id }) => id));
  const lost = given.filter(({ id, attempt }) => !ids.has(id) && held.get(id)?.attempt === attempt);
  for (const { id } of lost) held.delete(id);
  const cancelled = kept.filter(({ cancel }) => cancel).map(({ id }) => id);
  if (lost.length > 0 || cancelled.length > 0)
    parentPort!.postMessage({ lost, cancelled } satisfies FromLeaseThread);
}

/** @returns those that this worker still holds. */
async function keepLeases(connection: pg.Client, given: Held[]) {
  const { rows } = await connection.query<{ id: string; cancel: boolean }>(
    `with given as (
         select * from jsonb_to_recordset($2::jsonb) as (id uuid, attempt smallint, progress real)
       ), before as (
         select jobs.id, jobs.progress from jobs join given on given.id = jobs.id
       ), kept as (
         update jobs set heartbeat_at = now(), progress = greatest(jobs.progress, given.progress)
         from given
         where jobs.id = given.id and jobs.locked_by = $1 and jobs.attempts = given.attempt
           and jobs.status = 'processing'
         returning jobs.id, jobs.user_id, jobs.progress, jobs.cancel_requested_at is not null as cancel
       )
       select kept.id, kept.cancel,
         case when kept.user_id is not null and kept.progress > before.progress then pg_notify('lm_events',
           jsonb_build_object('user_id', kept.user_id, 'kind', 'job', 'id', kept.id, 'change', 'updated')::text) end
       from kept join before on before.id = kept.id`,
    [worker.id, JSON.stringify(given)],
  );
  return rows;
}

async function connect() {
  const next = new pg.Client({ connectionString: url, keepAlive: true, query_timeout: 5000 });
  next.on("error", () => {
    if (client === next) client = undefined;
  });
  await next.connect();
  return next;
}
