import type { ExecutionContext } from "ava";
import { type Person, startServer, type TestServer, type TestServerOptions } from "./server.ts";
import type { Faults, SoftwareAuthenticator } from "./software-authenticator.ts";

/** The address that browsers reach the servers of these tests at. */
export const SITE = "https://kudos.example";

/** Starts a server with a public address. */
export const startSite = (
  t: ExecutionContext,
  { environment, ...options }: TestServerOptions = {},
): Promise<TestServer> => startServer(t, { ...options, environment: { PUBLIC_URL: SITE, ...environment } });

/** Registers a passkey of a person by the typed operations; the answer of the last one. */
export async function addPasskey(
  { client }: TestServer,
  { headers }: Pick<Person, "headers">,
  authenticator: SoftwareAuthenticator,
  {
    name = "phone",
    usage = "first",
    isFactor,
    faults,
  }: { name?: string; usage?: "first" | "secondary"; isFactor?: boolean; faults?: Faults } = {},
) {
  const begun = await client.POST("/api/passkeys/options", {
    headers,
    body: { name, usage, ...(isFactor !== undefined && { second_factor: isFactor }) },
  });
  if (begun.data === undefined) throw new Error(`The registration did not begin: ${JSON.stringify(begun.error)}`);
  const { state, options } = begun.data;
  return client.POST("/api/passkeys", {
    headers,
    body: { state, credential: authenticator.create(options, faults) },
  });
}

/** Signs in for a token with a passkey. */
export async function signInWithPasskey({ client }: TestServer, authenticator: SoftwareAuthenticator, faults?: Faults) {
  const { data } = await client.POST("/api/sign_in/passkey/options", { body: {} });
  if (data === undefined) throw new Error("The sign-in did not begin.");
  return client.POST("/api/sign_in/passkey", {
    body: { state: data.state, credential: authenticator.get(data.options, faults) },
  });
}
