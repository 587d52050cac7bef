/** What the benchmark asks of each queue: jobs that do nothing but count. */
export interface QueueUnderTest {
  name: string;
  /** One call, one transaction. */
  enqueue(count: number): Promise<void>;
  /** Workers in this process; `onJob` is called when a job's handler starts. */
  work(concurrency: number, onJob: () => void): Promise<{ stop(): Promise<void> }>;
  /** Jobs not yet completed. */
  pending(): Promise<number>;
  close(): Promise<void>;
}
