/**
 * A client of pg that tells the server for whom each statement runs (principal.ts), by `set_config(…, true)`: it counts until the
 * transaction ends, so PgBouncer in transaction mode may give the connection to anybody afterwards.
 *
 * It costs no trip of its own: at the beginning of a transaction it goes with `begin`, and with a single statement it is sent in the
 * same breath, before one Sync. All that stands before a Sync is one implicit transaction
 * (https://www.postgresql.org/docs/18/protocol-flow.html, "Pipelining" and "Extended Query").
 */
import pg from "pg";
import { isNameless, statementName } from "./named-statements.ts";
import { currentPrincipal, type Principal } from "./principal.ts";

const TELL = "select set_config('lm.user_id', $1, true), set_config('lm.purpose', $2, true)";

type Callback = (error: Error | undefined, result: pg.QueryResult) => void;
type Message = Record<string, unknown>;

/** What pg 8.23 has in lib/connection.js and lib/query.js and its types leave out. */
interface Connection {
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  parse(message: Message): void;
  bind(message: Message): void;
  execute(message: Message): void;
}
interface Submitted {
  name: string | undefined;
  text: string;
  prepare(connection: Connection): void;
  requiresPreparation(): boolean;
  handleDataRow(message: Message): void;
  handleCommandComplete(message: Message, connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
}
// What a query does when its messages come is there, and no part of pg's types.
const Query = pg.Query as unknown as new (
  config: { text: string; values: unknown[]; name?: string },
  values: undefined,
  callback: Callback,
) => Submitted;
/** Of the statement that tells, on connections that keep statements. */
const TELL_NAME = "lm_tell";

/** One statement, with what tells for whom it is before it; the answer to that is left out. */
class TellingQuery extends Query {
  readonly #settings: string[];
  readonly #keeps: boolean;
  readonly #own: { text: string; name: string | undefined };
  #told = false;

  constructor(
    given: { text: string; values: unknown[]; name?: string },
    settings: string[],
    keeps: boolean,
    callback: Callback,
  ) {
    super(given, undefined, callback);
    this.#own = { text: given.text, name: given.name };
    this.#settings = settings;
    this.#keeps = keeps;
  }

  override requiresPreparation() {
    return true;
  }

  override prepare(connection: Connection) {
    const statement = this.#keeps ? TELL_NAME : "";
    if (!this.#keeps || connection.parsedStatements[TELL_NAME] === undefined)
      connection.parse({ text: TELL, name: statement, types: undefined });
    connection.bind({
      portal: "",
      statement,
      values: this.#settings,
      valueMapper: (value: unknown) => value,
    });
    connection.execute({ portal: "", rows: 0 });
    super.prepare(connection);
    // pg notes what was parsed by the name that the running query has when it is told so, and the first to be told of is this one. A
    // statement that is noted and was refused would be missing on this connection for good.
    if (this.#keeps) this.#isNow(TELL, TELL_NAME);
  }

  #isNow(text: string, name: string | undefined) {
    this.text = text;
    this.name = name;
  }

  override handleError(error: Error, connection: Connection) {
    if (this.#own.name !== undefined) delete connection.submittedNamedStatements[this.#own.name];
    super.handleError(error, connection);
  }

  override handleDataRow(message: Message) {
    if (this.#told) super.handleDataRow(message);
  }

  override handleCommandComplete(message: Message, connection: Connection) {
    if (this.#told) super.handleCommandComplete(message, connection);
    else this.#isNow(this.#own.text, this.#own.name);
    this.#told = true;
  }
}

export class PrincipalClient extends pg.Client {
  #inTransaction = false;
  /** What the server was told in this transaction; undefined where a rollback to a savepoint may have taken it back. */
  #told: string | undefined;
  /** Statements may be kept on this connection; no longer after the server did not know one. */
  #keeps: boolean;

  constructor(config: pg.ClientConfig & { keepStatements?: boolean }) {
    super(config);
    this.#keeps = config.keepStatements ?? false;
  }

  // Never: what fits every overload of pg, which are too many to repeat. Pools see pg.Client.
  override query(...given: unknown[]): never;
  override query(...given: unknown[]): unknown {
    const [text, values] = given;
    const plain = typeof text === "string" && typeof values !== "function" && given.length <= 2;
    return plain
      ? this.#tell(text, (values ?? []) as unknown[])
      : (super.query as (...all: unknown[]) => unknown).apply(this, given);
  }

  #tell(text: string, values: unknown[]): Promise<unknown> {
    const settings = settingsOf(currentPrincipal());
    const wanted = settings.join(" ");
    if (/^(begin|start transaction)\b/i.test(text)) {
      this.#inTransaction = true;
      this.#told = wanted;
      if (wanted === NOTHING) return super.query(text);
      const [owner, purpose] = settings.map((setting) => this.escapeLiteral(setting));
      return super.query(
        `${text}; select set_config('lm.user_id', ${owner}, true), set_config('lm.purpose', ${purpose}, true)`,
      );
    }
    if (/^(commit|rollback|end|abort)\b(?! to)/i.test(text)) {
      this.#inTransaction = false;
      return super.query(text);
    }
    if (/^rollback to\b/i.test(text)) this.#told = undefined;
    const known = this.#inTransaction ? this.#told === wanted : wanted === NOTHING;
    if (/^(savepoint|release|rollback to)\b/i.test(text)) return super.query(text, values);
    if (this.#inTransaction) this.#told = wanted;
    return this.#run(text, values, known ? undefined : settings);
  }

  /** @param settings what to tell first. */
  async #run(text: string, values: unknown[], settings: string[] | undefined): Promise<unknown> {
    const name = this.#keeps ? statementName(text) : undefined;
    try {
      return await this.#send({ text, values, ...(name && { name }) }, settings);
    } catch (error) {
      if (!this.#keeps || !isNameless(error)) throw error;
      this.#keeps = false;
      // A transaction has failed with it; a statement of its own is asked again.
      if (this.#inTransaction) throw error;
      return this.#send({ text, values }, settings);
    }
  }

  #send(given: { text: string; values: unknown[]; name?: string }, settings: string[] | undefined) {
    if (!settings) return super.query(given) as Promise<unknown>;
    return new Promise((resolve, reject) => {
      const done: Callback = (error, result) => (error ? reject(error) : resolve(result));
      // A query of pg's own, by another type (above).
      super.query(new TellingQuery(given, settings, this.#keeps, done) as unknown as pg.Query);
    });
  }
}

function settingsOf({ userId, purpose }: Principal): string[] {
  return [userId ?? "", purpose ?? ""];
}

const NOTHING = settingsOf({}).join(" ");
