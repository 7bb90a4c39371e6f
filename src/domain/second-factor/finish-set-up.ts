import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, type RecordEvents, recorded } from "../audit-trail/audit-trail.ts";
import { maySetUpFirst } from "../credentials/authentication-method.ts";
import type { Issued } from "../credentials/credential.ts";
import { storeAuthentication } from "../credentials/credential-writes.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { issueIn } from "../credentials/issue.ts";
import { spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import type { Principal } from "../principal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { factorNeeds } from "../users/user-repository.ts";
import { CodeRefused, SetUpEnded, SignInEnded } from "./errors.ts";
import { deleteSetUp, storeFactor } from "./factor-repository.ts";
import { type IssueLifetimes, issueOf } from "./finish-sign-in.ts";
import { PROVED_BY } from "./second-factor.ts";
import { type GivenSetUp, type ProvedSetUp, proveSetUp } from "./set-up.ts";
import { deleteWaiting } from "./waiting-repository.ts";
import { spendTry, type WaitingSignIn } from "./waiting-sign-in.ts";

/**
 * Finishes a set-up by its first code, which passes no more from then on. The first factor ends every token and session of the user but
 * those of the request, which count as authenticated by two factors from now on.
 *
 * @param principals of the request, all of one user
 * @throws {SetUpEnded}
 * @throws {CodeRefused}
 */
export async function finishSetUp(
  em: EntityManager,
  keys: SecretKeys,
  { principals, ...given }: { principals: readonly [Principal, ...Principal[]] } & GivenSetUp,
  occasion: Occasion,
): Promise<void> {
  const { now } = occasion;
  const [{ userId }] = principals;
  const proved = await proveSetUp(em, keys, principals, given, occasion);
  await recorded(em, occasion, async (tx, record) => {
    const credentials = principals.map(({ credential }) => credential);
    const isFirst = await store(tx, record, { ...proved, keys, now });
    if (isFirst) await beginGeneration(tx, { id: userId }, {}, { keys, credentials });
    for (const asker of principals) {
      await storeAuthentication(tx, asker, { at: now, methods: ["password", PROVED_BY[proved.row.method]] });
    }
  });
}

/**
 * Finishes a set-up that a sign-in waits for, and the sign-in with it.
 *
 * @throws {SetUpEnded}
 * @throws {SignInEnded}
 * @throws {CodeRefused}
 */
export async function finishSetUpAndSignIn(
  em: EntityManager,
  keys: SecretKeys,
  { waiting, lifetimes, ...given }: { waiting: WaitingSignIn; lifetimes: IssueLifetimes } & GivenSetUp,
  occasion: Occasion,
): Promise<Issued> {
  const { now } = occasion;
  const { id, user, methods, wanted } = waiting;
  await spendTry(em, waiting, occasion);
  const asker = { userId: user.id, credential: { kind: "sign-in" as const, id } };
  const proved = await proveSetUp(em, keys, [asker], given, occasion);
  return recorded(em, occasion, async (tx, record) => {
    // A passkey may have come since the sign-in began.
    const mayGoOn = maySetUpFirst(methods, await factorNeeds(tx, user.id));
    if (!mayGoOn || !(await deleteWaiting(tx, id))) throw new SignInEnded();
    if (await store(tx, record, { ...proved, keys, now })) await beginGeneration(tx, { id: user.id });
    const { generation } = await tx.fork({ keepTransactionContext: true }).findOneOrFail(User, user.id);
    const issue = issueOf(wanted, lifetimes, [...methods, PROVED_BY[proved.row.method]]);
    const owner = { id: user.id, generation, passwordHash: null };
    return issueIn(tx, { keys, kind: wanted.kind, user: owner, issue, now }, record);
  });
}

/** Spends the set-up and stores its factor; whether it is the first one. Throws {@link SetUpEnded} when another request was faster. */
async function store(
  tx: EntityManager,
  record: RecordEvents,
  { row, step, sent, keys, now }: ProvedSetUp & { keys: SecretKeys; now: Date },
): Promise<boolean> {
  const { id, user_id: userId, method, secret, phone } = row;
  if (!(await deleteSetUp(tx, { userId, id }))) throw new SetUpEnded();
  if (sent !== null && !(await spendMailedSecret(tx, keys, sent, now))) throw new CodeRefused();
  const isFirst = !(await factorNeeds(tx, userId)).hasFactor;
  await storeFactor(tx, { userId, method, secret, phone, step, now });
  await record({ kind: "factor_added", userId, detail: method, actor: `user:${userId}` });
  return isFirst;
}
