import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";
import { conform } from "../../src/conform/conform.ts";
import { type ConformOptions, defaultOptions } from "../../src/conform/options.ts";
import type { Report } from "../../src/conform/report.ts";
import { prepareSubject, type Subject } from "../../src/conform/subject.ts";
import { parseDocument } from "../../src/contract/document/parse.ts";
import type { FaultName } from "../fixtures/faulty-server/faults.ts";
import { createLibrary, LIBRARY_KEY, READER_SESSION } from "../fixtures/faulty-server/server.ts";

export const LIBRARY_DOCUMENT = new URL("../fixtures/faulty-server/openapi.yaml", import.meta.url);
export const LIBRARY_CREDENTIALS = { libraryKey: LIBRARY_KEY, readerSession: READER_SESSION };

/** Starts the library, with a fault or none; it ends with the test. Resolves to its address. */
export async function openLibrary(t: ExecutionContext, planted?: FaultName): Promise<URL> {
  const server = createLibrary(planted).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

let prepared: Promise<Subject> | undefined;

/** Holds the library to its document. */
export async function conformLibrary(server: URL, options: Partial<ConformOptions> = {}): Promise<Report> {
  prepared ??= readFile(LIBRARY_DOCUMENT, "utf8").then((source) => prepareSubject(parseDocument(source)));
  return conform(await prepared, { ...defaultOptions(server), credentials: LIBRARY_CREDENTIALS, ...options });
}
