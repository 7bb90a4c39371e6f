import type { EntityManager } from "@mikro-orm/core";
import { type Askers, provePassword } from "../accounts/change-password.ts";
import { type Occasion, type RecordEvents, recorded } from "../audit-trail/audit-trail.ts";
import type { AuthenticationMethod } from "../credentials/authentication-method.ts";
import { storeAuthentication } from "../credentials/credential-writes.ts";
import type { Trial } from "../passwords/failure.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { isNewest } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { closeSecret, openSecret } from "../users/factor-secrets.ts";
import { CodeRefused } from "./errors.ts";
import { findFactor, passStep } from "./factor-repository.ts";
import { spendRecoveryCode } from "./recovery-codes.ts";
import { matchStep } from "./totp.ts";

/** A code that a user gives as a second factor, and the kind that it is taken for. */
export interface GivenCode {
  readonly userId: number;
  readonly code: string;
  readonly kind: "authenticator" | "recovery-code";
}

/** Proves a second factor in the transaction of what it opens; the method that was proved. Throws {@link CodeRefused}. */
export type ProveFactor = (tx: EntityManager, record: RecordEvents, now: Date) => Promise<AuthenticationMethod>;

/**
 * Proves a code, in the transaction of what it opens: of all requests with one code, in all processes, one passes, and the code passes
 * no more from then on. A secret of an older key is encrypted anew.
 */
export function proveCode(keys: SecretKeys, { userId, code, kind }: GivenCode): ProveFactor {
  return async (tx, record, now) => {
    if (kind === "recovery-code") {
      if (!(await spendRecoveryCode(tx, keys, { userId, code }))) throw new CodeRefused();
      await record({ kind: "recovery_code_used", userId, actor: `user:${userId}` });
      return "recovery-code";
    }
    const factor = await findFactor(tx, userId);
    if (factor?.method !== "authenticator" || factor.secret === null) throw new CodeRefused();
    const secret = openSecret(keys, userId, factor.secret);
    const step = secret === null ? null : matchStep(secret, code, { now, after: factor.last_step });
    if (secret === null || step === null) throw new CodeRefused();
    const renewed = isNewest(keys, factor.secret) ? factor.secret : closeSecret(keys, userId, secret);
    if (!(await passStep(tx, { userId, step, secret: factor.secret, renewed }))) throw new CodeRefused();
    return "authenticator";
  };
}

/**
 * Runs work that proves a code, and records a code that is refused, in a transaction of its own, since the work's is rolled back.
 *
 * @throws {CodeRefused} and all that `work` throws
 */
export async function recordingRefusals<Result>(
  em: EntityManager,
  userId: number,
  occasion: Occasion,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodeRefused) {
      await recorded(em.fork(), occasion, (_, record) => record({ kind: "factor_failed", userId }));
    }
    throw error;
  }
}

/**
 * Verifies the password of a signed-in user once more, and a second factor where one is given: the credentials of the request count as
 * freshly authenticated from now on, by one or two factors.
 *
 * @throws {WrongPassword}
 * @throws {CodeRefused}
 * @throws {HashingQueueFull}
 */
export async function verifyAgain(
  em: EntityManager,
  passwords: PasswordHasher,
  { principals, password, code }: { principals: Askers; password: string; code: ProveFactor | null },
  { passwordOpens, ...occasion }: Trial,
): Promise<void> {
  await provePassword(em, passwords, { principal: principals[0], password }, { ...occasion, passwordOpens });
  await storeProof(em, { principals, methods: ["password"], code }, occasion);
}

/**
 * Verifies a second factor of a signed-in user alone: one factor, so that the credentials of the request are fresh by one.
 *
 * @throws {CodeRefused}
 */
export async function verifyCode(
  em: EntityManager,
  { principals, code }: { principals: Askers; code: ProveFactor },
  occasion: Occasion,
): Promise<void> {
  await storeProof(em, { principals, methods: [], code }, occasion);
}

function storeProof(
  em: EntityManager,
  { principals, methods, code }: { principals: Askers; methods: AuthenticationMethod[]; code: ProveFactor | null },
  occasion: Occasion,
): Promise<void> {
  const [{ userId, credential }] = principals;
  const { now } = occasion;
  return recordingRefusals(em, userId, occasion, () =>
    recorded(em, occasion, async (tx, record) => {
      const given = await Promise.all(code === null ? [] : [code(tx, record, now)]);
      const proved = [...methods, ...given];
      for (const asker of principals) await storeAuthentication(tx, asker, { at: now, methods: proved });
      await record({ kind: "verified", userId, credential });
    }),
  );
}

/** The secret of an authenticator, encrypted by the newest key, from one that any of the keys has encrypted; null where none opens it. */
export function secretByNewest(keys: SecretKeys, userId: number, stored: string): string | null {
  const secret = openSecret(keys, userId, stored);
  return secret === null ? null : closeSecret(keys, userId, secret);
}
