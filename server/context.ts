/** What every use case is given: no module holds a live connection, a setting or a client of its own. */
import type { Kysely, Selectable, Transaction } from "kysely";
import type { Logger } from "pino";
import type { Database } from "#database/types.ts";
import type { AudioDecoder } from "#server/providers/audio/contract.ts";
import type { Diarization } from "#server/providers/diarization/contract.ts";
import type { Embeddings } from "#server/providers/embeddings/contract.ts";
import type { LanguageModel } from "#server/providers/llm/contract.ts";
import type { Mail } from "#server/providers/mail/contract.ts";
import type { ModelStore } from "#server/providers/models/contract.ts";
import type { IdentityProvider } from "#server/providers/oauth/contract.ts";
import type { Storage } from "#server/providers/storage/contract.ts";
import type { SpeechToText } from "#server/providers/stt/contract.ts";
import type { TextToSpeech } from "#server/providers/tts/contract.ts";
import type { Config } from "./config.ts";
import type { Notifications } from "./notifications.ts";
import type { Secrets } from "./secrets.ts";

/** What the settings of engines and mail become; they change while the program runs. */
export interface Services {
  stt: SpeechToText;
  tts: TextToSpeech;
  /** Undefined when none is configured: the tutor then answers by quoting. */
  llm: LanguageModel | undefined;
  /** What writes cards and summaries: another one where the settings name it, else the same. */
  llmOfJobs: LanguageModel | undefined;
  /** Undefined when none is configured or present: search is by words then. */
  embeddings: Embeddings | undefined;
  /** All that are here, the one in use first: students may compare them on their own notes. */
  embeddingEngines: Embeddings[];
  mail: Mail;
}

export interface Context extends Services {
  /** With what an administrator set in the page; another object after each change of it. */
  config: Config;
  /** Settings of the page that are not right beside those of the environment, as sentences with their names. */
  refusedSettings: readonly string[];
  /** A change of the page's address that counts from the next start on. */
  needsRestart: boolean;
  /** Takes what is stored into use in this process; the others hear of it by a notice. */
  reloadSettings(): Promise<void>;
  /** What other settings would become, to try them; whoever asks ends them. */
  openServices(config: Config): Promise<Services & { close(): Promise<void> }>;
  models: ModelStore;
  database: Kysely<Database>;
  /** For a connection of one's own, such as the thread that keeps the leases. */
  databaseUrl: string;
  /** What such a connection takes on before it reads rows of students (database/roles.ts). */
  databaseRole: string | undefined;
  /** What the database does not keep apart by itself here, as a sentence for the operator (database/roles.ts). */
  missingWall: string | undefined;
  /** Whether the database answers within so many milliseconds, whatever the pool is doing. */
  databaseAnswers(ms: number): Promise<boolean>;
  notifications: Notifications;
  storage: Storage;
  decoder: AudioDecoder;
  diarization: Diarization;
  /** The database compares vectors itself. */
  pgvector: boolean;
  /** By name, in the order in which the page offers them. */
  identityProviders: Map<string, IdentityProvider>;
  secrets: Secrets;
  log: Logger;
}

/** Either: a query that may run inside a transaction or outside of one. */
export type Queryable = Kysely<Database>;
/** A query that must be part of a transaction takes this. */
export type Tx = Transaction<Database>;
/** A row as the database gives it: enumerations are unions, JSON has its type. */
export type Row<T extends keyof Database> = Selectable<Database[T]>;
/** A row inside of JSON that the database made: its times are text. */
export type AsJson<T> = {
  [K in keyof T]: Date extends T[K] ? string | Exclude<T[K], Date> : T[K];
};
