/** The kinds of credential that a request can carry. */
export type CredentialKind = "token" | "session";

/** Who a request acts for, and by which credential: what an authenticator returns. */
export interface Principal {
  readonly userId: number;
  readonly email: string;
  readonly credential: { readonly kind: CredentialKind; readonly id: string };
}
