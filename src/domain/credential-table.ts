import type { CredentialKind } from "./principal.ts";

const TABLES: Record<CredentialKind, string> = { token: "access_token", session: "session" };

/** The table of a kind of credential. */
export function credentialTable(kind: CredentialKind): string {
  return TABLES[kind];
}

/** What a statement that calls the table `c` selects for `scopes`: a session is as its user signed in, never narrowed. */
export function scopesColumn(kind: CredentialKind): string {
  return kind === "token" ? "c.scopes" : "null as scopes";
}
