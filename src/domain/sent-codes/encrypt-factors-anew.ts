import { type Queryable, runStatement } from "../query.ts";
import { secretByNewest } from "../second-factor/codes.ts";
import { renewPhone } from "../second-factor/factor-repository.ts";
import { isNewest } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { closePhone, openPhone } from "./destination.ts";

/** The number of factors that are read at once. */
const AT_ONCE = 500;

/** What is encrypted of a user's second factor. */
interface Encrypted {
  readonly id: number;
  readonly user_id: number;
  readonly secret: string | null;
  readonly phone: string | null;
}

/**
 * Encrypts the second factors of all users by the newest key, as far as an older one that is still here has encrypted them: that one can be
 * taken out then. A factor that is replaced meanwhile stays as it is.
 */
export async function encryptFactorsAnew(db: Queryable, keys: SecretKeys): Promise<void> {
  for await (const { user_id: userId, secret, phone } of eachFactor(db)) {
    const renewed = secret === null || isNewest(keys, secret) ? null : secretByNewest(keys, userId, secret);
    if (renewed !== null) await renewSecret(db, { userId, secret: secret ?? "", renewed });
    const number = phone === null || isNewest(keys, phone) ? null : openPhone(keys, userId, phone);
    if (number !== null)
      await renewPhone(db, { userId, phone: phone ?? "", renewed: closePhone(keys, userId, number) });
  }
}

/** How many users have a second factor that no key here opens, and how many have one that an older key opens. */
export async function countFactorsByKey(db: Queryable, keys: SecretKeys): Promise<{ closed: number; older: number }> {
  let [closed, older] = [0, 0];
  for await (const { secret, phone } of eachFactor(db)) {
    const texts = [secret, phone].filter((text) => text !== null);
    if (texts.some((text) => !keys.some((key) => isNewest([key], text)))) closed += 1;
    else if (texts.some((text) => !isNewest(keys, text))) older += 1;
  }
  return { closed, older };
}

async function* eachFactor(db: Queryable): AsyncGenerator<Encrypted> {
  for (let after = 0; ; ) {
    const rows = await runStatement<Encrypted>(
      db,
      `select id, user_id, secret, phone from "second_factor" where id > ? order by id limit ${AT_ONCE}`,
      [after],
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < AT_ONCE) return;
    after = last.id;
  }
}

/** Stores the secret of an authenticator anew, unless another one has replaced it. */
async function renewSecret(
  db: Queryable,
  { userId, secret, renewed }: { userId: number; secret: string; renewed: string },
): Promise<void> {
  await runStatement(db, 'update "second_factor" set secret = ? where user_id = ? and secret = ?', [
    renewed,
    userId,
    secret,
  ]);
}
