/** The main thread's side of lease-thread.ts. */
import { Worker as Thread } from "node:worker_threads";
import type { ClaimedRow } from "#server/features/jobs/contract.ts";
import type { FromLeaseThread, LeaseThreadData, ToLeaseThread } from "./lease-thread.ts";
import type { WorkerRow } from "./queries.ts";

const SIGN_MS = 1000;

export interface Leases {
  hold(jobs: ClaimedRow[]): void;
  release(jobIds: string[]): void;
  /** Sent with the next sign, at most once a second. */
  progress(jobId: string, fraction: number): void;
  stop(): Promise<void>;
}

export function startLeases(
  url: string,
  worker: WorkerRow,
  on: {
    lost(jobId: string, attempt: number): void;
    cancelled(jobId: string): void;
    /** A heartbeat could not be written. */
    missed(reason: string): void;
    failed(error: Error): void;
  },
): Leases {
  const alive = new SharedArrayBuffer(4);
  const sign = new Int32Array(alive);
  const news = new Map<string, number>();
  const giveSign = () => {
    Atomics.store(sign, 0, Math.floor(Date.now() / 1000));
    if (news.size > 0) send({ progress: [...news] });
    news.clear();
  };
  const thread = new Thread(new URL("./lease-thread.ts", import.meta.url), {
    workerData: { url, worker, alive } satisfies LeaseThreadData,
  });
  thread.on("message", (message: FromLeaseThread) => {
    if ("missed" in message) return on.missed(message.missed);
    for (const { id, attempt } of message.lost) on.lost(id, attempt);
    for (const id of message.cancelled) on.cancelled(id);
  });
  thread.on("error", (error) => on.failed(error as Error));
  const send = (message: ToLeaseThread) => thread.postMessage(message);
  giveSign();
  const timer = setInterval(giveSign, SIGN_MS);
  return {
    hold: (jobs) => send({ hold: jobs.map(({ id, attempts }) => ({ id, attempt: attempts })) }),
    release: (release) => send({ release }),
    progress: (jobId, fraction) => void news.set(jobId, fraction),
    async stop() {
      clearInterval(timer);
      await thread.terminate();
    },
  };
}
