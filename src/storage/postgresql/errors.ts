import { TRANSACTION_LOST } from "../../domain/unit-of-work.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";

/** The error codes of PostgreSQL (appendix A of its manual), by what an operator or a client can do. */
const MEANINGS: readonly (readonly [RegExp, "unavailable" | "busy" | "lost"])[] = [
  // Another transaction came between: the same work may succeed at once. A row that is referred to (23503) was deleted in between.
  [/^(40001|40P01|23503)$/, "lost"],
  [/^(55P03|57014)$/, "busy"],
  // Connections, resources, the operator's intervention, system errors, a server that only reads.
  [/^(08|53|57P|58|XX|25006|25P03)/, "unavailable"],
];

/** The codes of Node for a server that does not answer. */
const UNREACHABLE =
  /^(E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_)|ENOTFOUND|EAI_|ENOENT|EACCES|CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether an error comes from the server itself, by its code of five characters: the connection goes on. */
export function isOfServer(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(codeOf(error)) && error instanceof Error && "severity" in error;
}

/** Whether an error says that another transaction holds what this one waits for; the same work may succeed shortly. */
export function isBusy(error: unknown): boolean {
  return meaningOf(error) === "busy" || codeOf(error) === TRANSACTION_LOST;
}

function meaningOf(error: unknown): "unavailable" | "busy" | "lost" | "fault" {
  return MEANINGS.find(([code]) => code.test(codeOf(error)))?.[1] ?? "fault";
}

/**
 * An error of a statement as the program knows it: a transaction that was lost to another one can be tried again, a connection that
 * fails is a {@link DatabaseUnavailable}. Others stay as they are, without the server's details: these show the values of a row, such as
 * an address or the hash of a password, and the ORM puts them into the message, which is logged.
 *
 * @param name of the database, for people
 */
export function named(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable || error instanceof TypeError) return error;
  if (!isOfServer(error)) return explainConnection(error, name);
  if ("detail" in error) error.detail = undefined;
  const meaning = meaningOf(error);
  if (meaning === "lost") return Object.assign(error, { code: TRANSACTION_LOST, sqlState: codeOf(error) });
  return meaning === "unavailable" ? explainConnection(error, name) : error;
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^08P01/, "refuses the settings of a connection, as a pooler does; write the address of PostgreSQL itself"],
  [/^28/, "refuses the user or the password of DATABASE_URL"],
  [/^3D000/, "does not exist; make it by createdb, or choose another DATABASE_URL"],
  [/^42501/, "does not permit this; give its user the right to make tables, and to read and write them"],
  [/^53300/, "has no connection left; raise max_connections, or stop other processes"],
  [/^(53100|58)/, "cannot grow; free some room on its disk"],
  [/^25006/, "only reads; choose its primary"],
  [/^57P/, "is starting or stopping"],
];

/** Turns an error of a connection into one that says what to do, in one line; errors of the program stay as they are. */
export function explainConnection(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return error;
  const code = codeOf(error);
  // One that the ORM has put into a class of its own.
  if (code === "DATABASE_UNAVAILABLE") return new DatabaseUnavailable(error.message, { cause: error });
  const reason = REASONS.find(([pattern]) => pattern.test(code))?.[1];
  if (reason !== undefined) return new DatabaseUnavailable(`database ${name} ${reason}`, { cause: error });
  const isConnection =
    UNREACHABLE.test(code) || (!isOfServer(error) && /connect|terminated|timeout/i.test(error.message));
  if (!isConnection && meaningOf(error) !== "unavailable") return error;
  return new DatabaseUnavailable(
    `database ${name} does not answer (${code || error.message}); start it, or look at DATABASE_URL`,
    { cause: error },
  );
}

/** An error while another database moves into this one, as {@link explainConnection} tells it; and what the server has against a row. */
export function explainMove(error: unknown, name: string): unknown {
  const code = codeOf(error);
  if (!isOfServer(error)) {
    const told = explainConnection(error, name);
    return told instanceof DatabaseUnavailable && told !== error
      ? new DatabaseUnavailable(`${told.message}; then run this again`, { cause: error })
      : told;
  }
  if (code === "55P03") {
    return new DatabaseUnavailable(`database ${name} is in use by another process; stop that first`, { cause: error });
  }
  if (!/^2[23]/.test(code)) return explainConnection(error, name);
  // Of the details only those that name a key: others show a row whole, with its secrets.
  const { message, detail = "" } = error as Error & { detail?: string };
  const reason = /^Key \(/.test(detail) ? `${message}: ${detail}` : message;
  const line = reason.replaceAll(/\s+/g, " ").replace(/\.$/, "");
  return new DatabaseUnavailable(`database ${name} refuses a row: ${line}. Nothing was moved`, { cause: error });
}
