/**
 * Storage of files: recordings, documents, spoken audio.
 *
 * - **Key**: a path of the project's own making, `<user id>/<kind>/<id>`; never anything a person typed.
 * - A file is written once and never changed.
 */
import type { Readable } from "node:stream";

export interface StoredFile {
  sizeBytes: number;
  /** SHA-256 of the content, 32 bytes. */
  sha256: Buffer;
}

export interface Storage {
  name: string;
  /**
   * Writes all of `content` durably (on disk: written aside, fsync, rename) before it resolves; nothing stands under
   * the key when it rejects.
   * @throws Failure `storage-full`, `file-too-large` (more than `maxBytes`); the stream's own error.
   */
  write(
    key: string,
    content: Readable,
    options?: { maxBytes?: number; signal?: AbortSignal },
  ): Promise<StoredFile>;
  /**
   * Writes at `offset` of a file that grows. `onDurable` is called with each new offset that outlives a crash, in steps
   * and at the end; when the stream breaks off, for what had come. Bytes beyond an offset that was never told may be
   * written over.
   * @param name of the growing file: `[\w-]+`, not a key.
   * @param options.whole true: told once, at the end, and only if nothing broke.
   * @throws Failure `storage-full`; the stream's own error; what `onDurable` throws.
   */
  append(
    name: string,
    offset: number,
    content: Readable,
    options: { onDurable(offset: number): Promise<void>; whole?: boolean },
  ): Promise<number>;
  /** The first `sizeBytes` of a growing file become the file under `key`. Asking again gives the same answer. */
  complete(name: string, sizeBytes: number, key: string): Promise<StoredFile>;
  /**
   * The first `sizeBytes` of a growing file, whatever is appended meanwhile.
   * @throws Failure `not-found` where there are fewer.
   */
  readGrowing(name: string, sizeBytes: number): Promise<Readable>;
  /** Drops a growing file; dropping what is not there is no error. */
  drop(name: string): Promise<void>;
  /** Bytes `start` to `end`, both inclusive, as in an HTTP range. @throws Failure `not-found`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Size in bytes, or undefined when there is no such file. */
  size(key: string): Promise<number | undefined>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Deletes every key that begins with the prefix, which ends with a slash, and its folder. */
  deleteUnder(prefix: string): Promise<void>;
  /** Runs `use` with a path on this machine: the file itself on local disk, a temporary copy from elsewhere. */
  withLocalFile<T>(key: string, use: (path: string) => Promise<T>): Promise<T>;
  /** Every key under the prefix, for the search for orphans. */
  list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number; modifiedAt: Date }>;
  /** Every growing file, for the search for orphans. */
  listGrowing(): AsyncIterable<{ name: string; modifiedAt: Date }>;
  check(): Promise<void>;
}
