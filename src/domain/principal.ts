/** The kinds of credential that a request can carry. */
export type CredentialKind = "token" | "session";

/** Who a request acts for, by which credential, and what it may do: what an authenticator returns. */
export interface Principal {
  readonly userId: number;
  readonly email: string;
  readonly credential: { readonly kind: CredentialKind; readonly id: string };
  /** The permissions of the user that the credential is not narrowed out of. */
  readonly scopes: ReadonlySet<string>;
  /** When the user last proved to be the one, with this credential in hand. */
  readonly authenticatedAt: Date;
}
