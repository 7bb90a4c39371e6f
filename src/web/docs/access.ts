import createClient from "openapi-fetch";
import type { paths } from "../../../generated/openapi.ts";

/** How this page is signed in: by a token that Swagger UI sends, or by a cookie that the browser sends. */
export interface Access {
  readonly email: string;
  /** Undefined for a session, whose cookie no script can read. */
  readonly token?: string;
}

/** What a person asks for: a token, or a session with a cookie. */
export type AccessKind = "token" | "session";

/** Who is signed in on this page, and the ways to change that. */
export interface AccessKeeper {
  readonly current: Access | undefined;
  /** Answers undefined, or a sentence that says why it did not work. */
  signIn(email: string, password: string, kind: AccessKind): Promise<string | undefined>;
  /** Answers undefined, or a sentence that says why it did not work. */
  signOut(): Promise<string | undefined>;
}

/**
 * Keeps who is signed in, in memory only.
 *
 * @param sessionOf the e-mail address of the session that the page was opened with
 * @param onChange told after each change
 */
export function keepAccess(
  sessionOf: string | undefined,
  onChange: (access: Access | undefined) => void,
): AccessKeeper {
  const client = createClient<paths>();
  let current: Access | undefined = sessionOf === undefined ? undefined : { email: sessionOf };
  const change = (access: Access | undefined) => {
    current = access;
    onChange(access);
  };
  return {
    get current() {
      return current;
    },
    async signIn(email, password, kind) {
      const asked = kind === "token";
      const query = asked ? { include_auth_token: "true" } : {};
      const body = { email, password, ...(asked && { token_name: "API documentation" }) };
      try {
        const { data, error } = await client.POST("/login", { params: { query }, body });
        if (!data) return typeof error === "string" ? error : error.response.errors.join(" ");
        const { user } = data.response;
        change({ email: user.email, ...(user.authentication_token && { token: user.authentication_token }) });
        return undefined;
      } catch {
        return "The server cannot be reached. Try again.";
      }
    },
    async signOut() {
      // Each by itself: they may be of different users.
      const calls = [
        ...(current?.token
          ? [{ headers: { "Authentication-Token": current.token }, credentials: "omit" } as const]
          : []),
        { credentials: "same-origin" } as const,
      ];
      try {
        for (const call of calls) {
          const { error } = await client.POST("/logout", call);
          if (error) return typeof error === "string" ? error : error.response.errors.join(" ");
        }
      } catch {
        return "The server cannot be reached. Try again.";
      }
      change(undefined);
      return undefined;
    },
  };
}
