/** The kinds of credential that a request can carry. */
export type CredentialKind = "token" | "session";

/** The kinds of tokens: of a sign-in, or made with one and ending with it; and for a program, with a lifetime of its own. */
export type TokenKind = "access" | "personal";

/** The user that a request acts for, its credential and its permissions: the answer of an authenticator. */
export interface Principal {
  readonly userId: number;
  readonly email: string;
  readonly credential: { readonly kind: CredentialKind; readonly id: string };
  /** The scopes of the user, or those of them that the credential is narrowed to. */
  readonly scopes: ReadonlySet<string>;
  /** The time at which the user last authenticated, to get this credential or with it in hand. */
  readonly authenticatedAt: Date;
  /** The time at which the user last proved two factors in that way; null for never. */
  readonly factorAt: Date | null;
  /** Whether the account has a second factor now. */
  readonly hasFactor: boolean;
}

/** Whether a proof was given at most `maxMs` ago, or is as far ahead by another clock; never for one that was not given. */
export function isFresh(provedAt: Date | null | undefined, { now, maxMs }: { now: Date; maxMs: number }): boolean {
  return provedAt != null && Math.abs(now.getTime() - provedAt.getTime()) <= maxMs;
}

/**
 * The ways of authenticating that an operation can ask for, and when the user of a principal has last authenticated in each of them; null
 * for never. `every-factor` is what a sign-in to the account asks for: two factors where it has a second one, else any.
 */
export const AUTHENTICATION_CONTEXTS: ReadonlyMap<string, (principal: Principal) => Date | null> = new Map([
  ["urn:kudos:acr:two-factor", ({ factorAt }: Principal) => factorAt],
  [
    "urn:kudos:acr:every-factor",
    ({ hasFactor, factorAt, authenticatedAt }: Principal) => (hasFactor ? factorAt : authenticatedAt),
  ],
]);

/** The greatest age of a proof for what gives lasting access: a second factor, or a personal token; in milliseconds. */
const LATELY_MS = 24 * 60 * 60 * 1000;

/** Whether all that a sign-in to the account asks for was proved lately, to get the credential or with it in hand. */
export function provedLately({ hasFactor, factorAt, authenticatedAt }: Principal, now: Date): boolean {
  return isFresh(hasFactor ? factorAt : authenticatedAt, { now, maxMs: LATELY_MS });
}
