/**
 * A client of pg that tells the server for whom each statement runs (principal.ts), by `set_config(…, true)`: it counts
 * until the transaction ends, so PgBouncer in transaction mode may give the connection to anybody afterwards.
 *
 * It costs no trip of its own: at the beginning of a transaction it goes with `begin`, and with a single statement it
 * is sent in the same breath, before one Sync. All that stands before a Sync is one implicit transaction
 * (https://www.postgresql.org/docs/18/protocol-flow.html, "Pipelining" and "Extended Query").
 */
import pg from "pg";
import { hasOnePlan, isNameless, statementName } from "./named-statements.ts";
import { currentPrincipal, type Principal } from "./principal.ts";

/** What tells: without a row, which would be one message more. Named on connections that keep statements. */
interface Tell {
  name: string;
  text: string;
}

const TELL: Tell = {
  name: "lm_tell",
  text: "select where set_config('lm.user_id', $1, true) is null or set_config('lm.purpose', $2, true) is null",
};
/** Of a statement that is a transaction by itself: there is no purpose before somebody tells one. */
const TELL_OWNER: Tell = {
  name: "lm_tell_owner",
  text: "select where set_config('lm.user_id', $1, true) is null",
};
/** The same of a statement for which one plan is kept. */
const TELL_OWNER_ONE_PLAN: Tell = {
  name: "lm_tell_owner_one_plan",
  text:
    "select where set_config('lm.user_id', $1, true) is null " +
    "or set_config('plan_cache_mode', 'force_generic_plan', true) is null",
};

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
interface Field {
  name: string;
  dataTypeID: number;
}
/** What pg makes of the description of the rows, to read them by. */
interface Reading {
  fields: Field[];
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
}
interface Submitted {
  name: string | undefined;
  text: string;
  _result: Reading;
  _accumulateRows: boolean;
  prepare(connection: Connection): void;
  requiresPreparation(): boolean;
  handleRowDescription(message: { fields: Field[] }): void;
  handleCommandComplete(message: Message, connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
}
// What a query does when its messages come is there, and no part of pg's types.
const Query = pg.Query as unknown as new (
  text: string,
  values: unknown[],
  callback: Callback,
) => Submitted;
/**
 * By the name of a statement. pg makes it anew for each answer, and copies the options of a query by their descriptors
 * where they are not told one by one: together a twentieth of what a question takes Node.
 */
const readings = new Map<string, Reading>();

/** One statement, with what tells for whom it is before it; the answer to that is left out. */
class TellingQuery extends Query {
  readonly #settings: string[];
  readonly #tell: Tell;
  readonly #keeps: boolean;
  readonly #own: { text: string; name: string | undefined };
  #told = false;

  constructor(
    given: { text: string; values: unknown[]; name?: string },
    settings: string[],
    { keeps, andRole }: { keeps: boolean; andRole: string },
    callback: Callback,
  ) {
    super(given.text, given.values, callback);
    this.name = given.name;
    this.#own = { text: given.text, name: given.name };
    this.#settings = settings;
    const onePlan = given.name !== undefined && hasOnePlan(given.text);
    const { name, text } = settings.length > 1 ? TELL : onePlan ? TELL_OWNER_ONE_PLAN : TELL_OWNER;
    this.#tell = { name, text: text + andRole };
    this.#keeps = keeps;
  }

  override requiresPreparation() {
    return true;
  }

  override prepare(connection: Connection) {
    const { name, text } = this.#tell;
    const statement = this.#keeps ? name : "";
    if (!this.#keeps || connection.parsedStatements[name] === undefined)
      connection.parse({ text, name: statement, types: undefined });
    connection.bind({
      portal: "",
      statement,
      values: this.#settings,
      valueMapper: (value: unknown) => value,
    });
    connection.execute({ portal: "", rows: 0 });
    super.prepare(connection);
    // pg notes what was parsed by the name that the running query has when it is told so, and the first to be told of
    // is this one. A statement that is noted and was refused would be missing on this connection for good.
    if (this.#keeps) this.#isNow(text, name);
  }

  override handleRowDescription(message: { fields: Field[] }) {
    const name = this.#own.name ?? "";
    const known = readings.get(name);
    // Of another database, or since an upgrade, the same statement may have other columns.
    if (known && isSame(known.fields, message.fields)) {
      Object.assign(this._result, known);
      this._accumulateRows = true;
      return;
    }
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    if (name) readings.set(name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  #isNow(text: string, name: string | undefined) {
    this.text = text;
    this.name = name;
  }

  override handleError(error: Error, connection: Connection) {
    if (this.#own.name !== undefined) delete connection.submittedNamedStatements[this.#own.name];
    super.handleError(error, connection);
  }

  override handleCommandComplete(message: Message, connection: Connection) {
    if (this.#told) super.handleCommandComplete(message, connection);
    else this.#isNow(this.#own.text, this.#own.name);
    this.#told = true;
  }
}

function isSame(a: Field[], b: Field[]) {
  return (
    a.length === b.length &&
    a.every(({ name, dataTypeID }, i) => name === b[i]!.name && dataTypeID === b[i]!.dataTypeID)
  );
}

export class PrincipalClient extends pg.Client {
  #inTransaction = false;
  /** What the server was told in this transaction; undefined where a rollback to a savepoint may have taken it back. */
  #told: string | undefined;
  /** Statements may be kept on this connection; no longer after the server did not know one. */
  #keeps: boolean;
  /** Takes on the role together with what is told; empty where the connection's own role serves. */
  readonly #andRole: string;

  constructor(config: pg.ClientConfig & { keepStatements?: boolean; assumedRole?: string }) {
    super(config);
    this.#keeps = config.keepStatements ?? false;
    this.#andRole = config.assumedRole
      ? ` or set_config('role', ${this.escapeLiteral(config.assumedRole)}, true) is null`
      : "";
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
      if (wanted === NOTHING && !this.#andRole) return super.query(text);
      const [owner, purpose] = settings.map((setting) => this.escapeLiteral(setting));
      return super.query(
        `${text}; select where set_config('lm.user_id', ${owner}, true) is null ` +
          `or set_config('lm.purpose', ${purpose}, true) is null${this.#andRole}`,
      );
    }
    if (/^(commit|rollback|end|abort)\b(?! to)/i.test(text)) {
      this.#inTransaction = false;
      return super.query(text);
    }
    if (/^rollback to\b/i.test(text)) this.#told = undefined;
    // A vacuum is for who owns the tables, and shares no transaction.
    const nothingToTell = wanted === NOTHING && (!this.#andRole || /^vacuum\b/i.test(text));
    const known = this.#inTransaction ? this.#told === wanted : nothingToTell;
    if (/^(savepoint|release|rollback to)\b/i.test(text)) return super.query(text, values);
    if (this.#inTransaction) this.#told = wanted;
    const told = this.#inTransaction || settings[1] !== "" ? settings : settings.slice(0, 1);
    return this.#run(text, values, known ? undefined : told);
  }

  /** @param settings what to tell first: the owner, or the owner and the purpose. */
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
      const how = { keeps: this.#keeps, andRole: this.#andRole };
      // A query of pg's own, by another type (above).
      super.query(new TellingQuery(given, settings, how, done) as unknown as pg.Query);
    });
  }
}

function settingsOf({ userId, purpose }: Principal): string[] {
  return [userId ?? "", purpose ?? ""];
}

const NOTHING = settingsOf({}).join(" ");
