import {
  type CredentialRow,
  type FindCredential,
  findCredentials,
} from "../domain/credentials/credential-repository.ts";
import type { CredentialKind } from "../domain/principal.ts";
import type { Queryable } from "../domain/query.ts";

/** The most credentials that one statement looks up: a power of two. */
const MOST = 16;

/** Somebody who waits for a credential. */
interface Asker extends Pick<PromiseWithResolvers<CredentialRow | undefined>, "resolve" | "reject"> {
  readonly id: string;
}

/**
 * Finds credentials with one statement for all that are asked for in one turn of the event loop, which requests begin their work in
 * together: a statement to a server costs as much CPU time as the rest of a small request. None is found that was asked for after its
 * statement was sent.
 */
export function findTogether(db: Queryable): FindCredential {
  const waiting: Record<CredentialKind, Asker[]> = { token: [], session: [] };
  return (kind, id) => {
    const { promise, resolve, reject } = Promise.withResolvers<CredentialRow | undefined>();
    const askers = waiting[kind];
    // After the work of all requests that has begun by now, up to this point.
    if (askers.push({ id, resolve, reject }) === 1) {
      process.nextTick(() => {
        waiting[kind] = [];
        for (let start = 0; start < askers.length; start += MOST) {
          void answer(db, kind, askers.slice(start, start + MOST));
        }
      });
    }
    return promise;
  };
}

async function answer(db: Queryable, kind: CredentialKind, askers: readonly Asker[]): Promise<void> {
  try {
    const found = await findCredentials(db, kind, filled(askers.map(({ id }) => id)));
    for (const { id, resolve } of askers) resolve(found.find((row) => row.id === id));
  } catch (error) {
    for (const { reject } of askers) reject(error);
  }
}

/** The ids, with the first of them again up to the next power of two: there are five statements to prepare, not sixteen. */
function filled(ids: readonly string[]): readonly string[] {
  const length = 2 ** Math.ceil(Math.log2(ids.length));
  return Array.from({ length }, (_, index) => ids[index] ?? ids[0] ?? "");
}
