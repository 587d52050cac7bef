/**
 * Claims jobs, runs their handlers, records how each attempt ended.
 *
 * - **Lease**: a claimed job belongs to its worker while heartbeats come; a silent worker's jobs go back to pending.
 * - **Attempt**: one claim of a job; fencing compares worker and attempt, so a late writer changes nothing.
 * - **Drain**: no new claims; what runs is given time to end, then handed back.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Context } from '#server/context.ts';
import { toFailure } from '../http/failure-response.ts';
import { notifyChanged } from '../http/events.ts';
import { handlers, isJobType, type ClaimedJob, type Outcome } from './handlers.ts';
import { announceWorker, claimJobs, endJob, heartbeat, lockHeldJob, reapLostJobs, removeWorker, returnJob } from './queries.ts';

const POLL_MS = 2000;
const HEARTBEAT_MS = 3000;
const REAP_MS = 3000;
/** Failures that another try cannot mend: the input itself is at fault, or the person stopped it. */
const FINAL = new Set([400, 401, 403, 404, 409, 413, 415, 422]);

export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

interface Running {
  job: ClaimedJob;
  abort: AbortController;
  progress: number;
  done: Promise<void>;
}

export interface Worker {
  id: string;
  /** @param graceMs what runs may take so long to end; after that it is handed back to the queue. */
  stop(graceMs?: number): Promise<void>;
}

export async function startWorker(context: Context): Promise<Worker> {
  const { database, log } = context;
  const { concurrency } = context.config.worker;
  const id = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const running = new Map<string, Running>();
  let draining = false;
  let wanted = false;
  let claiming: Promise<void> | undefined;

  const announce = () => announceWorker(database, { id, host: hostname(), process_id: process.pid, concurrency });

  /** Types that have a place free, by their own limit. */
  function claimableTypes() {
    return Object.entries(handlers)
      .filter(([type, handler]) => {
        const busy = [...running.values()].filter(({ job }) => job.job_type === type).length;
        return busy < (handler.concurrency?.(context) ?? Infinity);
      })
      .map(([type]) => type);
  }

  /** One claim at a time; a wake-up during a claim leads to one more. */
  function wake() {
    wanted = true;
    claiming ??= (async () => {
      while (wanted && !draining) {
        wanted = false;
        for (const type of claimableTypes()) {
          const free = concurrency - running.size;
          const busy = [...running.values()].filter(({ job }) => job.job_type === type).length;
          const limit = Math.min(free, (handlers[type as keyof typeof handlers].concurrency?.(context) ?? Infinity) - busy);
          if (limit <= 0) continue;
          for (const job of await claimJobs(database, id, [type], limit)) start(job);
        }
      }
    })()
      .catch((error: Error) => log.warn({ err: error.message }, 'could not claim jobs'))
      .finally(() => {
        claiming = undefined;
        if (wanted && !draining) wake();
      });
  }

  function start(job: ClaimedJob) {
    const abort = new AbortController();
    const entry: Running = { job, abort, progress: 0, done: Promise.resolve() };
    running.set(job.id, entry);
    entry.done = runJob(entry)
      .catch((error: unknown) => {
        // Not recorded: the lease runs out and another attempt follows.
        if (!(error instanceof LeaseLost)) log.error({ job_id: job.id, err: error }, 'could not record how a job ended');
      })
      .finally(() => {
        running.delete(job.id);
        wake();
      });
  }

  async function fenced<T>(job: ClaimedJob, work: Parameters<ReturnType<typeof database.transaction>['execute']>[0]): Promise<T> {
    return (await database.transaction().execute(async (tx) => {
      if (!(await lockHeldJob(tx, id, job))) throw new LeaseLost(`job ${job.id} was given to another worker`);
      return work(tx);
    })) as T;
  }

  async function runJob(entry: Running) {
    const { job, abort } = entry;
    const { signal } = abort;
    const handler = isJobType(job.job_type) ? handlers[job.job_type] : undefined;
    let outcome: Outcome = { status: 'completed' };
    let result: Record<string, unknown> | void = undefined;
    try {
      if (!handler) throw new Error(`no handler for ${job.job_type}`);
      result = await handler.run(context, job, {
        signal,
        progress: (fraction) => {
          entry.progress = Math.max(0, Math.min(1, fraction));
        },
        write: (work) => fenced(job, work),
      });
    } catch (error) {
      if (error instanceof LeaseLost || signal.reason instanceof LeaseLost) throw error;
      if (signal.aborted && signal.reason === 'released') {
        await fenced(job, (tx) => returnJob(tx, id, job, 0, { outcome: 'released' }));
        return;
      }
      if (signal.aborted && signal.reason === 'cancelled') outcome = { status: 'cancelled' };
      else {
        const failure = toFailure(error);
        const why = { error_code: failure.code, error_message: failure.message };
        log.warn({ job_id: job.id, job_type: job.job_type, attempt: job.attempts, code: failure.code, err: failure.cause }, 'job failed');
        const final = FINAL.has(failure.status) || failure.code === 'engine-unavailable' || job.attempts >= job.max_attempts;
        if (!final) {
          await fenced(job, (tx) => returnJob(tx, id, job, backOffSeconds(job.attempts), { outcome: 'failed', ...why }));
          return;
        }
        outcome = { status: 'failed', ...why };
      }
    }
    await fenced(job, async (tx) => {
      await endJob(tx, id, job, outcome, result ?? undefined);
      await handler?.onEnded?.(tx, job, outcome);
      if (job.user_id) await notifyChanged(tx, job.user_id, { kind: 'job', id: job.id, change: 'updated' });
    });
  }

  async function beat() {
    const held = [...running.values()].map(({ job, progress }) => ({ id: job.id, attempt: job.attempts, progress }));
    await announce();
    if (held.length === 0) return;
    const kept = new Map((await heartbeat(database, id, held)).map((row) => [row.id, row]));
    for (const { id: jobId } of held) {
      const entry = running.get(jobId);
      const row = kept.get(jobId);
      // A job that ended between the list and the update is no longer in `running`.
      if (entry && !row) entry.abort.abort(new LeaseLost(`job ${jobId} was lost`));
      else if (row?.cancel) entry?.abort.abort('cancelled');
    }
  }

  async function reap() {
    await database.transaction().execute(async (tx) => {
      for (const row of await reapLostJobs(tx)) {
        if (row.status !== 'pending' && isJobType(row.job_type)) {
          const outcome: Outcome =
            row.status === 'cancelled'
              ? { status: 'cancelled' }
              : { status: 'failed', error_code: 'worker-lost', error_message: 'The worker stopped in the middle too often. Please try again.' };
          await handlers[row.job_type].onEnded?.(tx, row, outcome);
        }
        if (row.user_id) await notifyChanged(tx, row.user_id, { kind: 'job', id: row.id, change: 'updated' });
      }
    });
    wake();
  }

  await announce();
  const quietly = (what: string, task: () => Promise<void>) => () =>
    void task().catch((error: Error) => log.warn({ err: error.message }, `${what} failed; it is tried again`));
  const timers = [
    setInterval(wake, POLL_MS),
    setInterval(quietly('heartbeat', beat), HEARTBEAT_MS),
    setInterval(quietly('look for lost jobs', reap), REAP_MS),
  ];
  const stopListening = context.notifications.listen('jobs', (payload) => {
    const cancelled = payload.startsWith('cancel:') ? payload.slice('cancel:'.length) : undefined;
    if (cancelled) running.get(cancelled)?.abort.abort('cancelled');
    else wake();
  });
  const stopReconnect = context.notifications.onReconnect(wake);
  wake();

  return {
    id,
    async stop(graceMs = 0) {
      draining = true;
      stopListening();
      stopReconnect();
      await claiming;
      const ended = Promise.all([...running.values()].map(({ done }) => done));
      const late = setTimeout(() => running.forEach(({ abort }) => abort.abort('released')), graceMs);
      await ended;
      clearTimeout(late);
      timers.forEach(clearInterval);
      await removeWorker(database, id).catch(() => {});
    },
  };
}

/** Exponential with full jitter: up to 2, 4, 8 … 300 seconds (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
function backOffSeconds(attempt: number) {
  return Math.random() * Math.min(300, 2 ** attempt);
}
