import { defineEntity, p } from "@mikro-orm/core";
import { type SealedFields, seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKey, SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import type { NewSecret, SecretRow, UserState } from "./mailed-secret-repository.ts";
import { type MailedSecretPurpose, PURPOSES } from "./purposes.ts";

const MailedSecretSchema = defineEntity({
  name: "MailedSecret",
  tableName: "mailed_secret",
  properties: {
    id: p.integer().primary().autoincrement(),
    purpose: p.string().length(20).$type<MailedSecretPurpose>(),
    user: () =>
      p
        .manyToOne(User)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("mailed_secret_user_id_foreign")
        .index("mailed_secret_user_id_index"),
    accountDigest: p.string().length(43).index("mailed_secret_account_digest_index").hidden(),
    linkDigest: p.string().length(43).unique("mailed_secret_link_digest_unique").hidden(),
    codeDigest: p.string().length(43).hidden(),
    browserDigest: p.string().length(43).nullable().index("mailed_secret_browser_digest_index").hidden(),
    digest: p.string().length(43).hidden(),
    data: p.text().nullable().hidden(),
    createdAt: p.datetime().length(3),
    expiresAt: p.datetime().length(3).index("mailed_secret_expires_at_index"),
    tries: p.integer().default(0),
    foreignTries: p.integer().default(0),
  },
});

/**
 * What was sent to be presented again: the secret of a link, and a code of eight digits, each as a keyed digest. `accountDigest` is that
 * of the address that was asked for, `browserDigest` that of the cookie of the browser that asked. `digest` covers the row, and address, password and generation of the user as they were, as far
 * as the purpose asks: a change of these ends it. `data` is encrypted. `tries` counts wrong codes from the browser that asked or with the
 * link, `foreignTries` those of strangers. A row without user was made for an address without account, and is never right.
 */
export class MailedSecret extends MailedSecretSchema.class {}
MailedSecretSchema.setClass(MailedSecret);

/** The digests that a secret is found by, and that of its code. */
export function digestsOf(
  key: SecretKey,
  purpose: MailedSecretPurpose,
  { account, link, code, browser }: { account: string; link: string; code: string; browser: string | null },
) {
  const linkDigest = seal(key, ["mailed-link", purpose, link]);
  return {
    accountDigest: seal(key, ["mailed-account", purpose, account]),
    linkDigest,
    codeDigest: seal(key, ["mailed-code", linkDigest, code]),
    browserDigest: browser === null ? null : seal(key, ["mailed-browser", purpose, browser]),
  };
}

/** The digest of a row: nobody who writes to the database can make a secret, give it to another user or prolong it. */
export function sealOf(key: SecretKey, row: Omit<NewSecret, "digest" | "createdAt">, state: UserState | null): string {
  return seal(key, sealedFields(row, state));
}

/** Whether a row is as it was made, and its user, too, as far as the purpose asks. False for one of nobody, and of an inactive user. */
export function isIntact(keys: SecretKeys, row: SecretRow): boolean {
  return row.state?.active === true && sealMatches(keys, sealedFields(row, row.state), row.digest);
}

/** Whether a code is that of a row, in constant time; spaces and hyphens in it do not count. */
export function isRightCode(keys: SecretKeys, { linkDigest, codeDigest }: SecretRow, code: string): boolean {
  return sealMatches(keys, ["mailed-code", linkDigest, code.replace(/[\s-]/g, "")], codeDigest);
}

function sealedFields(row: Omit<NewSecret, "digest" | "createdAt">, state: UserState | null): SealedFields {
  const { purpose, userId, accountDigest, linkDigest, codeDigest, browserDigest, data, expiresAt } = row;
  const fixed = [purpose, userId ?? 0, accountDigest, linkDigest, codeDigest, browserDigest ?? "", data ?? ""];
  return ["mailed-secret", ...fixed, expiresAt.getTime(), ...boundFields(purpose, state)];
}

function boundFields(purpose: MailedSecretPurpose, state: UserState | null): (string | number)[] {
  if (state === null || PURPOSES[purpose].bound === "user") return [];
  if (PURPOSES[purpose].bound === "address") return [state.email];
  return [state.email, state.passwordHash ?? "", state.generation];
}
