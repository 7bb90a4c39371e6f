import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Where the server has its description for clients. */
const PATH = "/openapi.client.json";
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Few wrong passwords for an account, also from a client that keeps cookies, so that a journey gets its 429 soon. */
const LIMITS = { RATE_LIMIT_ACCOUNT_ADDRESS: "3/15m", RATE_LIMIT_ACCOUNT_DEVICE: "3/15m" };

/** A server that listens, and the address of its database. */
export interface RealServer {
  readonly url: string;
  readonly database: string;
}

/** A real server, in a process of its own, with a database in a file. */
export async function startRealServer(
  t: ExecutionContext,
  environment: Readonly<Record<string, string>> = LIMITS,
): Promise<RealServer> {
  const folder = await temporaryFolder(t);
  const database = `sqlite:${folder}/kudos.sqlite`;
  const { url } = await startProgram(t, {
    folder,
    environment: { DATABASE_URL: database, LOG_LEVEL: "warn", ...environment },
  });
  return { url, database };
}

/** The document that clients are made from, as a running server gives it out. */
export interface Edition {
  readonly file: string;
  /** The names of its operations, sorted. */
  readonly operationIds: readonly string[];
}

/** Downloads the document for clients into a folder. */
export async function downloadEdition(url: string, folder: string): Promise<Edition> {
  const response = await fetch(new URL(PATH, url));
  if (!response.ok) throw new Error(`${PATH} answered ${response.status}`);
  const text = await response.text();
  const file = join(folder, "openapi.client.json");
  await writeFile(file, text);
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { operationId?: string }>> };
  const operationIds = Object.values(paths).flatMap((item) =>
    METHODS.flatMap((method) => item[method]?.operationId ?? []),
  );
  return { file, operationIds: operationIds.toSorted() };
}

/**
 * What each step of the lecture's story answers: register, sign in for a token, test it, like, list the likes, take the like
 * back, sign out; then the refusals: the token again, an article that is not there, one wrong password too many.
 */
export const STORY =
  "register 200, sign in 201, test 200, like 201, list 200, unlike 204, log out 200, test 401, read 404, sign in 429";
