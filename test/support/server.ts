import type { ExecutionContext } from "ava";
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../../generated/openapi.ts";
import { createLogger } from "../../src/http/log.ts";
import type { Patience } from "../../src/http/server.ts";
import { readSettings } from "../../src/settings.ts";
import { type Running, start } from "../../src/start.ts";
import { judge } from "./judge.ts";

/** A server of one test, on a port of its own, with a database of its own. */
export interface TestServer extends Running {
  /** The client that is typed by the contract. Every answer it gets is held to the contract. */
  readonly client: Client<paths>;
  /** `fetch` with a path; every answer is held to the contract. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** What the server has logged so far. */
  log(): string;
}

export interface TestServerOptions {
  /** Environment variables on top of those that make a quick server in memory. */
  readonly environment?: Record<string, string>;
  readonly now?: () => Date;
  readonly patience?: Partial<Patience>;
}

/** The cheapest cost of scrypt that is allowed: these tests are not about its strength. */
export const CHEAP = "ln=4,r=8,p=1";
export const PASSWORD = "correct horse battery staple";

// Long, for many servers that start in one process keep each other waiting; a test of patience says how long itself.
const PATIENCE: Patience = { headers: 20_000, request: 30_000, idle: 60_000, arriving: 50, finishing: 10_000 };

/** Starts a server and stops it when the test ends. */
export async function startServer(
  t: ExecutionContext,
  { environment, now, patience }: TestServerOptions = {},
): Promise<TestServer> {
  const lines: string[] = [];
  const settings = readSettings({ PORT: "0", DATABASE_URL: "sqlite::memory:", PASSWORD_COST: CHEAP, RATE_LIMITS: "off", ...environment });
  const running = await start({
    settings,
    logger: createLogger("debug", { write: (line: string) => void lines.push(line) }),
    patience: { ...PATIENCE, ...patience },
    ...(now && { now }),
  });
  t.teardown(() => running.stop());

  const judged = async (input: Request): Promise<Response> => {
    const response = await fetch(input, { redirect: "manual" });
    const fault = await judge(input.method, input.url, response);
    if (fault) t.fail(`${input.method} ${input.url} → ${response.status}: ${fault}`);
    return response;
  };
  return {
    ...running,
    client: createClient<paths>({ baseUrl: running.url, fetch: judged }),
    request: (path, init) => judged(new Request(new URL(path, running.url), { redirect: "manual", ...init })),
    log: () => lines.join(""),
  };
}

/** A person with an account and a token. */
export interface Person {
  readonly id: number;
  readonly email: string;
  readonly token: string;
  /** The header that carries the token. */
  readonly headers: { readonly "Authentication-Token": string };
}

/** Registers somebody and signs them in for a token. */
export async function signUp({ client }: TestServer, email = "ada@example.com", password = PASSWORD): Promise<Person> {
  const { data } = await client.POST("/register", {
    params: { query: { include_auth_token: "true" } },
    body: { email, password },
  });
  const user = data?.response.user;
  if (!user?.authentication_token) throw new Error(`${email} could not be registered`);
  const token = user.authentication_token;
  return { id: user.id, email: user.email, token, headers: { "Authentication-Token": token } };
}

/** A browser's session: the cookie as it is sent back, and what the sign-in's answer said. */
export interface Visit {
  /** `session=…` */
  readonly cookie: string;
  readonly csrfToken: string;
}

/** Signs somebody in for a session cookie. */
export async function signIn({ request }: TestServer, email: string, password = PASSWORD): Promise<Visit> {
  const response = await request("/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const [cookie = ""] = (response.headers.get("Set-Cookie") ?? "").split(";");
  if (!/^session=./.test(cookie)) throw new Error(`${email} could not sign in`);
  return { cookie, csrfToken: JSON.parse(await response.text()).response.csrf_token };
}
