import type { ExecutionContext } from "ava";
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../../generated/openapi.ts";
import { generateSecretKey } from "../../src/domain/secrets/secret-keys.ts";
import { prepareEnginePool } from "../../src/hashing/engine-pool.ts";
import { createPasswordMeter } from "../../src/hashing/meter.ts";
import type { Patience } from "../../src/http/graceful-stop.ts";
import { createLogger } from "../../src/http/log.ts";
import type { Running } from "../../src/resources.ts";
import { readSettings } from "../../src/settings.ts";
import { loadServed, type SharedParts } from "../../src/shared-parts.ts";
import { start } from "../../src/start.ts";
import { contract, document, judge } from "./judge.ts";
import { onPostgreSql, postgreSqlDatabase } from "./postgresql.ts";

/** A server of one test, on a port of its own, with a database of its own. */
export interface TestServer extends Running {
  /** A client that is typed by the contract. Every answer it gets is held to the contract. */
  readonly client: Client<paths>;
  /** `fetch` with a path; every answer is held to the contract. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The log of the server so far. */
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

/** Long times, because many servers that start in one process delay each other; a test of these times sets its own. */
const PATIENCE: Patience = { headers: 20_000, request: 30_000, idle: 60_000, arriving: 50, finishing: 10_000 };

/** The parts that all servers of the process share: making them is the longest part of a start and of a first password. */
async function makeSharedParts(): Promise<Required<SharedParts>> {
  return {
    contract: await contract(),
    served: await loadServed(document),
    engines: prepareEnginePool(undefined, 1),
    meter: createPasswordMeter({ maxWaiting: 1_000 }),
  };
}

let shared: Promise<Required<SharedParts>> | undefined;

/** Starts a server and stops it when the test ends. */
export async function startServer(
  t: ExecutionContext,
  { environment, now, patience }: TestServerOptions = {},
): Promise<TestServer> {
  const lines: string[] = [];
  const quick = {
    PORT: "0",
    ...(await storage(t, environment)),
    PASSWORD_COST: CHEAP,
    RATE_LIMITS: "off",
    MAIL_URL: "none",
  };
  const settings = readSettings({ ...quick, ...environment });
  shared ??= makeSharedParts();
  const { engines, ...parts } = await shared;
  // Threads are shared only where a hash costs next to nothing: a slow one would delay the passwords of other tests.
  const isQuick = settings.passwordEngine === undefined && environment?.PASSWORD_COST === undefined;
  const running = await inTurn(() =>
    start({
      settings,
      logger: createLogger("debug", { write: (line: string) => void lines.push(line) }),
      patience: { ...PATIENCE, ...patience },
      shared: { ...parts, ...(isQuick && { engines }) },
      ...(now && { now }),
    }),
  );
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

/** The database of a test that names none. */
async function storage(t: ExecutionContext, environment: Record<string, string> = {}): Promise<Record<string, string>> {
  if (!onPostgreSql || environment.DATABASE_URL !== undefined) return { DATABASE_URL: "sqlite::memory:" };
  // In the environment: a key file would be made in the working directory.
  return { DATABASE_URL: await postgreSqlDatabase(t), SECRET_KEY: generateSecretKey() };
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Does one work after the other. Each server starts threads and, with its first password, a meter: all at once they would
 * delay the tests for longer than `fetch` waits for a connection.
 */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}

/** A person with an account and a token. */
export interface Person {
  readonly id: number;
  readonly email: string;
  readonly token: string;
  /** The header that carries the token. */
  readonly headers: { readonly "Authentication-Token": string };
}

/** Registers a person and signs them in for a token. */
export async function signUp({ client }: TestServer, email = "ada@example.com", password = PASSWORD): Promise<Person> {
  const { data } = await inTurn(() =>
    client.POST("/register", {
      params: { query: { include_auth_token: "true" } },
      body: { email, password },
    }),
  );
  const user = data?.response.user;
  if (user?.id === undefined || user.email === undefined || !user.authentication_token)
    throw new Error(`${email} could not be registered`);
  const token = user.authentication_token;
  return { id: user.id, email: user.email, token, headers: { "Authentication-Token": token } };
}

/** Makes a call with a JSON body. */
export function post(
  { request }: Pick<TestServer, "request">,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const json = { "Content-Type": "application/json", ...headers };
  return request(path, { method: "POST", headers: json, body: JSON.stringify(body) });
}

/** Signs a person in for one more token. `body` has further fields of the sign-in. */
export async function logIn(server: TestServer, email: string, body: object = {}): Promise<Person> {
  const response = await post(server, "/login?include_auth_token", { email, password: PASSWORD, ...body });
  const user = JSON.parse(await response.text()).response.user;
  const token = user?.authentication_token;
  if (!token) throw new Error(`${email} could not log in`);
  return { id: user.id, email: user.email, token, headers: { "Authentication-Token": token } };
}

/** The cookies that an answer sets, by name: the value, and the attributes as they are written. */
export function cookiesOf(response: Response): Record<string, { readonly value: string; readonly attributes: string }> {
  return Object.fromEntries(
    response.headers.getSetCookie().map((cookie) => {
      const [, name = "", value = "", attributes = ""] = /^([^=]+)=([^;]*)(.*)$/.exec(cookie) ?? [];
      return [name, { value, attributes }];
    }),
  );
}

/** A browser's session: its cookies as they are sent back, and the token of the sign-in's answer. */
export interface Visit {
  /** `kudos_session=…` */
  readonly cookie: string;
  /** `kudos_device=…`, which is no credential. */
  readonly device: string;
  readonly csrfToken: string;
}

/** Signs a person in for a session cookie. */
export async function signIn(server: TestServer, email: string, password = PASSWORD): Promise<Visit> {
  const response = await post(server, "/login", { email, password });
  const { kudos_session: session, kudos_device: device } = cookiesOf(response);
  if (!session?.value || !device?.value) throw new Error(`${email} could not sign in`);
  const csrfToken = JSON.parse(await response.text()).response.csrf_token;
  return { cookie: `kudos_session=${session.value}`, device: `kudos_device=${device.value}`, csrfToken };
}
