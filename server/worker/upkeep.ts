/**
 * What any worker does for all of them: jobs of workers that fell silent, periodic jobs, jobs that no version here can
 * read.
 */
import { asOwnerOfJob, forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { LEASE_SECONDS, tryReadJob, type Handlers } from "#server/features/jobs/contract.ts";
import { JOB_TYPES } from "#server/features/jobs/job-types.ts";
import {
  endUnknownJobs,
  enqueuePeriodicJob,
  reapLostJobs,
  WORKER_LOST,
  type LostJob,
} from "./queries.ts";

/**
 * @returns a task that gives jobs of silent workers back, or ends them when their attempts are used up; it says how
 * many.
 */
export function createReaper({ database }: Context, handlers: Handlers) {
  let lastLook = Date.now();
  let reapFrom = 0;

  async function tell(tx: Tx, lost: LostJob) {
    if (lost.status !== "pending") {
      const { handler, job } = tryReadJob(handlers, lost);
      await asOwnerOfJob(lost, async () =>
        handler?.onEnded?.(
          tx,
          job,
          lost.status === "cancelled"
            ? { status: "cancelled" }
            : { status: "failed", ...WORKER_LOST },
        ),
      );
    }
    if (lost.user_id)
      await notifyChanged(tx, lost.user_id, { kind: "job", id: lost.id, change: "updated" });
  }

  return async (): Promise<number> => {
    // After a time without the database every lease looks old: live workers get the time to renew theirs first.
    if (Date.now() - lastLook > (LEASE_SECONDS * 1000) / 2)
      reapFrom = Date.now() + LEASE_SECONDS * 1000;
    const lost = await forPurpose("queue", () =>
      database.transaction().execute(async (tx) => {
        const jobs = Date.now() < reapFrom ? [] : await reapLostJobs(tx);
        for (const job of jobs) await tell(tx, job);
        return jobs.length;
      }),
    );
    lastLook = Date.now();
    return lost;
  };
}

export async function enqueueDue({ database }: Context, handlers: Handlers) {
  for (const [type, { everySeconds }] of Object.entries(handlers)) {
    if (everySeconds)
      await forPurpose("queue", () =>
        database.transaction().execute((tx) => enqueuePeriodicJob(tx, type, everySeconds)),
      );
  }
}

/** Nobody would ever claim them: they end with a sentence instead of waiting for ever. */
export async function endUnknown({ database }: Context, handlers: Handlers) {
  const known = [...Object.keys(JOB_TYPES), ...Object.keys(handlers)];
  await forPurpose("queue", () =>
    database.transaction().execute(async (tx) => {
      for (const { id, user_id } of await endUnknownJobs(tx, known)) {
        if (user_id) await notifyChanged(tx, user_id, { kind: "job", id, change: "updated" });
      }
    }),
  );
}
