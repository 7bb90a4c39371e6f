import { TOTP } from "otpauth";
import { PASSWORD, type Person, post, type TestServer } from "./server.ts";

/** The code that an authenticator with this secret shows at a time. */
export function codeAt(secret: string, at: Date): string {
  return new TOTP({ secret, digits: 6, period: 30 }).generate({ timestamp: at.getTime() });
}

/** A clock that a test moves on by hand; it starts at the beginning of a time step. */
export class Clock {
  #ms = Date.parse("2026-11-29T09:00:00.000Z");
  readonly now = () => new Date(this.#ms);

  /** Moves on to the next time step, whose code is a new one. */
  step(steps = 1): void {
    this.#ms += steps * 30_000;
  }
}

/** Sets up an authenticator for a person who is signed in by a token; its secret. */
export async function setUpAuthenticator(
  server: TestServer,
  { headers }: Pick<Person, "headers">,
  clock: Clock,
): Promise<string> {
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "authenticator" } });
  if (begun.data === undefined) throw new Error("no set-up");
  const { set_up_token, secret = "" } = begun.data;
  const body = { set_up_token, code: codeAt(secret, clock.now()) };
  const { response } = await server.client.PUT("/api/me/second_factor", { headers, body });
  if (response.status !== 204) throw new Error("no authenticator");
  clock.step();
  return secret;
}

/** Begins a sign-in that waits for a code; what finishes it. */
export async function beginSignIn(server: TestServer, email: string, path = "/login"): Promise<Waiting> {
  const response = await post(server, path, { email, password: PASSWORD });
  const { response: body } = JSON.parse(await response.text());
  return { cookie: cookieOf(response, "kudos_sign_in"), body };
}

/** A sign-in that waits for a code. */
export interface Waiting {
  readonly cookie: string;
  readonly body: Record<string, unknown> & { readonly sign_in_token: string };
}

/** The pair of a cookie that an answer sets, for `Cookie`. */
export function cookieOf(response: Response, name: string): string {
  const found = response.headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`));
  return found?.split(";")[0] ?? "";
}

/** Sends a code for a sign-in that waits. */
export function sendCode(server: TestServer, { cookie }: Waiting, code: unknown, path = "/tf-validate") {
  return post(server, path, { code }, { Cookie: cookie });
}
