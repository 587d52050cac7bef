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
   * Writes all of `content` durably (on disk: written aside, fsync, rename) before it resolves; nothing stands under the
   * key when it rejects.
   * @throws Failure `storage-full`, `file-too-large` (more than `maxBytes`); the stream's own error.
   */
  write(
    key: string,
    content: Readable,
    options?: { maxBytes?: number; signal?: AbortSignal },
  ): Promise<StoredFile>;
  /** Bytes `start` to `end`, both inclusive, as in an HTTP range. @throws Failure `not-found`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Size in bytes, or undefined when there is no such file. */
  size(key: string): Promise<number | undefined>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Runs `use` with a path on this machine: the file itself on local disk, a temporary copy from elsewhere. */
  withLocalFile<T>(key: string, use: (path: string) => Promise<T>): Promise<T>;
  /** Every key under the prefix, for the search for orphans. */
  list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number; modifiedAt: Date }>;
  check(): Promise<void>;
}
