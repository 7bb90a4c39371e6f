import type { CompiledQuery, QueryResult } from "kysely";
import type { Connection } from "./connection.ts";
import { Patience } from "./patience.ts";

/** Units of work that are committed together. */
interface Group {
  /** Settles when the group is on the disk, or has failed. */
  readonly ended: PromiseWithResolvers<void>;
  /** The error that has taken back the work of all members. */
  failure: unknown;
  /** Whether the turn of the event loop that it began in and the next one are over: no unit joins it any more. */
  due: boolean;
}

/** A unit of work: a savepoint in the transaction of its group. */
export type Unit = Pick<Group, "ended" | "failure">;

/**
 * The one writing connection to a file. Units of work take turns on it. Those that arrive in two turns of the event loop are a group: one
 * transaction with a savepoint for each, and one commit, since a commit waits for the disk (600 µs) and a savepoint does not (5 µs). A
 * unit that fails is rolled back to its savepoint, and fails alone.
 */
export class Writer {
  readonly #connection: Connection;
  readonly #line: (() => void)[] = [];
  readonly #patience = new Patience();
  #taken = false;
  #group: Group | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Begins a unit of work, which holds up all others until it ends: it is to await nothing but its own statements. */
  async begin(): Promise<Unit> {
    await this.#takeTurn();
    try {
      const group = this.#group ?? (await this.#openGroup());
      this.#guard(group, () => this.#connection.exec("savepoint unit"));
      return group;
    } catch (error) {
      this.#passTurn();
      throw error;
    }
  }

  /** Runs one statement of a unit of work. */
  run<Row>(unit: Unit, query: CompiledQuery): QueryResult<Row> {
    return this.#guard(unit, () => this.#connection.run<Row>(query));
  }

  /** Ends a unit of work that has succeeded; resolves when it is on the disk. */
  async commit(unit: Unit): Promise<void> {
    this.#end(unit, ["release unit"]);
    await unit.ended.promise;
  }

  /** Takes back a unit of work; resolves when the group has ended, since its failure may come from what others have written. */
  async rollback(unit: Unit): Promise<void> {
    this.#end(unit, ["rollback to unit", "release unit"]);
    await unit.ended.promise.catch(() => {});
  }

  /** Runs one statement outside units of work, between two groups. */
  async runAlone<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#takeTurn();
    try {
      this.#closeGroup();
      this.#connection.requirePresence();
      const result = this.#connection.run<Row>(query);
      this.#connection.requirePresence();
      return result;
    } finally {
      this.#passTurn();
    }
  }

  /** Closes the connection. What has not been answered yet is committed, but for a group with a unit that is not done. */
  close(): void {
    if (this.#taken && this.#group)
      this.#group.failure = new Error("The database was closed in the middle of a unit of work.");
    this.#closeGroup();
    this.#connection.foldLog();
    this.#connection.close();
  }

  /** Does some work in the transaction of a group; refuses once SQLite has ended it, when a statement would be committed on its own. */
  #guard<Result>(group: Unit, work: () => Result): Result {
    if (group.failure !== undefined) throw group.failure;
    try {
      return work();
    } catch (error) {
      if (!this.#connection.inTransaction) group.failure = error;
      throw error;
    }
  }

  #end(unit: Unit, statements: readonly string[]): void {
    try {
      if (unit.failure === undefined) for (const sql of statements) this.#connection.exec(sql);
    } catch (error) {
      unit.failure = error;
    }
    this.#passTurn();
  }

  async #takeTurn(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#line.push(resolve));
    this.#taken = true;
  }

  #passTurn(): void {
    if (this.#group?.due || this.#group?.failure !== undefined) this.#closeGroup();
    this.#taken = this.#line.length > 0;
    this.#line.shift()?.();
  }

  async #openGroup(): Promise<Group> {
    await this.#patience.begin(this.#connection);
    const group: Group = { ended: Promise.withResolvers(), failure: undefined, due: false };
    // A group whose members have all been rolled back has none that waits for its end.
    group.ended.promise.catch(() => {});
    this.#group = group;
    setImmediate(() => setImmediate(() => this.#endGroup(group)));
    return group;
  }

  #endGroup(group: Group): void {
    group.due = true;
    if (!this.#taken && this.#group === group) this.#closeGroup();
  }

  #closeGroup(): void {
    const group = this.#group;
    if (group === null) return;
    this.#group = null;
    try {
      if (group.failure === undefined) this.#connection.exec("commit");
      // What was committed to a file that has been deleted is lost with the process, so it fails here.
      this.#connection.requirePresence();
    } catch (error) {
      group.failure = error;
    }
    if (group.failure === undefined) group.ended.resolve();
    else {
      this.#connection.abandonTransaction();
      group.ended.reject(group.failure);
    }
  }
}
