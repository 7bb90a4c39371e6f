import { randomBytes } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { type Queryable, runStatement } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { digestRecoveryCode, storeRecoveryCodes } from "../users/factor-secrets.ts";
import { HAS_FACTOR } from "../users/user-repository.ts";
import { NoSecondFactor } from "./errors.ts";

/** How many codes are made at once. */
const CODES = 10;
/** 48 random bits a code: as Flask-Security has them. */
const CODE_BYTES = 6;

/**
 * Makes new recovery codes of a user, in place of all from before.
 *
 * @returns the codes, which are not stored and cannot be had again: 12 hex digits each, in groups of four
 * @throws {NoSecondFactor}
 */
export function makeRecoveryCodes(
  em: EntityManager,
  keys: SecretKeys,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  occasion: Occasion,
): Promise<string[]> {
  return recorded(em, occasion, async (tx, record) => {
    await deleteRecoveryCodes(tx, userId);
    const [user] = await runStatement(tx, `select id from "user" u where id = ? and ${HAS_FACTOR}`, [userId]);
    if (user === undefined) throw new NoSecondFactor();
    const codes = Array.from({ length: CODES }, newCode);
    await storeRecoveryCodes(
      tx,
      keys,
      codes.map((code) => ({ userId, code })),
    );
    await record({ kind: "recovery_codes_made", userId, credential });
    return codes;
  });
}

/** Spends a recovery code, in one statement: of all requests with it, in all processes, one gets true. */
export async function spendRecoveryCode(
  tx: Queryable,
  keys: SecretKeys,
  { userId, code }: { userId: number; code: string },
): Promise<boolean> {
  const digests = keys.map((key) => digestRecoveryCode(key, userId, code));
  const spent = await runStatement(
    tx,
    `delete from "recovery_code" where user_id = ? and digest in (${digests.map(() => "?").join(", ")}) returning id`,
    [userId, ...digests],
  );
  return spent.length > 0;
}

/** How many recovery codes a user has left. */
export async function countRecoveryCodes(db: Queryable, userId: number): Promise<number> {
  const sql = 'select count(*) as codes from "recovery_code" where user_id = ?';
  const [row] = await runStatement<{ codes: number }>(db, sql, [userId]);
  return row?.codes ?? 0;
}

/** Ends all recovery codes of a user. */
export async function deleteRecoveryCodes(tx: Queryable, userId: number): Promise<void> {
  await runStatement(tx, 'delete from "recovery_code" where user_id = ?', [userId]);
}

function newCode(): string {
  return randomBytes(CODE_BYTES)
    .toString("hex")
    .replace(/(.{4})(?!$)/g, "$1-");
}
