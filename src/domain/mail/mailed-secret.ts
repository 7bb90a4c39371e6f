import { defineEntity, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";
import type { MailedSecretPurpose } from "./purposes.ts";

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
