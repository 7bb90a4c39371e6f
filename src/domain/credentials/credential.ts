import { defineEntity, type EntityManager, p } from "@mikro-orm/core";
import type { TokenKind } from "../principal.ts";
import { User } from "../users/user.ts";

/**
 * The columns that a token and a session share. `digest` covers `id`, `user`, `generation`, `expiresAt` and a token's
 * scopes and kind, so that a write to the database cannot mint a credential, give one to another user, or extend its life
 * or its scopes. `renewal` is the server's signature that the credential stays valid in a later generation of its user.
 * `amr` is how the user has authenticated, with words of RFC 8176, separated by spaces; `factorAt` is when the user last proved two
 * factors, to get the credential or with it in hand, null for never.
 */
export function credentialColumns(table: string) {
  return {
    id: p.string().length(22).primary(),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule("cascade")
        .foreignKeyName(`${table}_user_id_foreign`)
        .index(`${table}_user_id_index`),
    generation: p.integer(),
    digest: p.string().length(43).hidden(),
    keyId: p.string().length(8).hidden(),
    createdAt: p.datetime().length(3),
    expiresAt: p.datetime().length(3).index(`${table}_expires_at_index`),
    name: p.string().length(100),
    authenticatedAt: p.datetime().length(3),
    lastUsedAt: p.datetime().length(3).nullable(),
    renewal: p.string().length(75).nullable().hidden(),
    amr: p.string().length(100).default("pwd"),
    factorAt: p.datetime().length(3).nullable(),
  };
}

const SessionSchema = defineEntity({
  name: "Session",
  tableName: "session",
  properties: {
    ...credentialColumns("session"),
    persistent: p.boolean().default(false),
  },
});

/** A browser's session: a credential in a cookie. `persistent` cookies outlive the browser (RFC 6265, section 5.3). */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

const RefreshFamilySchema = defineEntity({
  name: "RefreshFamily",
  tableName: "refresh_family",
  properties: {
    ...credentialColumns("refresh_family"),
    scopes: p.string().length(255).nullable(),
    previousDigest: p.string().length(43).nullable().hidden(),
    previousKeyId: p.string().length(8).nullable().hidden(),
    forgiven: p.boolean().default(false),
  },
});

/**
 * The refresh tokens that follow on one sign-in: `digest` is of the newest, `previousDigest` of the one before, which was `forgiven`
 * once it was used again. `lastUsedAt` is the last exchange of the newest. The other columns are as of the sign-in, for good.
 */
export class RefreshFamily extends RefreshFamilySchema.class {}
RefreshFamilySchema.setClass(RefreshFamily);

const AccessTokenSchema = defineEntity({
  name: "AccessToken",
  tableName: "access_token",
  properties: {
    ...credentialColumns("access_token"),
    scopes: p.string().length(255).nullable(),
    kind: p.string().length(10).$type<TokenKind>().default("access"),
    parentToken: () =>
      p
        .manyToOne(AccessTokenSchema)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("access_token_parent_token_id_foreign")
        .index("access_token_parent_token_id_index"),
    parentSession: () =>
      p
        .manyToOne(Session)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("access_token_parent_session_id_foreign")
        .index("access_token_parent_session_id_index"),
    family: () =>
      p
        .manyToOne(RefreshFamily)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("access_token_family_id_foreign")
        .index("access_token_family_id_index"),
  },
});

/**
 * A token. The row can verify the token but does not hold it. `scopes` are the scopes that the token is narrowed to,
 * separated by spaces; null for all scopes of its owner. A token that was made with another credential has that as its
 * parent, and is deleted with it; a personal one has none. One that came with a refresh token, or for one, ends with its family.
 */
export class AccessToken extends AccessTokenSchema.class {}
AccessTokenSchema.setClass(AccessToken);

/** What a sign-in has given: the text, which is not stored and cannot be had again, and the row. */
export interface Issued {
  readonly text: string;
  readonly entity: AccessToken | Session;
  /** The first refresh token; left out where there is none. */
  readonly refresh?: string | undefined;
}

/** Whether the cookie of a session outlives the browser; false for a session that has ended. */
export async function isPersistent(em: EntityManager, id: string): Promise<boolean> {
  return (await em.findOne(Session, { id }))?.persistent ?? false;
}
