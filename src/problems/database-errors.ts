import * as postgreSql from "../storage/postgresql/errors.ts";
import { isBusy, isUnavailable } from "../storage/sqlite/errors.ts";

/** Another process writes to the database for longer than a statement waits. */
export class DatabaseBusy extends Error {
  override readonly name = "DatabaseBusy";
  override readonly message = "The database is busy. Try again shortly.";
  readonly retryAfterSeconds = 1;
}

/** The database fails: its disk is full or broken, it may not be written to, or its files are gone. */
export class DatabaseFailed extends Error {
  override readonly name = "DatabaseFailed";
  override readonly message = "The database cannot be used at the moment. Try again later.";
  readonly retryAfterSeconds = 5;
}

/** What the database says shows by its error code, on errors of several classes. */
export function namedByCode(error: Error): Error {
  if (isBusy(error) || postgreSql.isBusy(error)) return new DatabaseBusy();
  return isUnavailable(error) ? new DatabaseFailed() : error;
}
