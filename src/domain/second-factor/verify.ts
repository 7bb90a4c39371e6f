import type { EntityManager } from "@mikro-orm/core";
import { type Askers, provePassword } from "../accounts/change-password.ts";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { AuthenticationMethod } from "../credentials/authentication-method.ts";
import { storeAuthentication } from "../credentials/credential-writes.ts";
import type { Trial } from "../passwords/failure.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { type ProveFactor, recordingRefusals } from "./codes.ts";

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
