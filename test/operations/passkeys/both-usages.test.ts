import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { codeAt } from "../../support/authenticator.ts";
import { addPasskey, SITE, signInWithPasskey, startSite } from "../../support/passkey-owner.ts";
import { logIn, PASSWORD, type Person, signUp, type TestServer } from "../../support/server.ts";
import { type Faults, SoftwareAuthenticator } from "../../support/software-authenticator.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const EMAIL = "ada@example.com";
const device = (verifies = true) => new SoftwareAuthenticator({ origin: SITE, verifies });

const addBoth = (server: TestServer, ada: Person, by: SoftwareAuthenticator, faults?: Faults) =>
  addPasskey(server, ada, by, { isFactor: true, ...(faults && { faults }) });

/** Signs in by the password; the token of the sign-in that waits, and the methods that finish it. */
async function begin({ client }: TestServer, email = EMAIL) {
  const { error } = await client.POST("/api/sign_in", { body: { email, password: PASSWORD } });
  if (error === undefined || !("sign_in_token" in error)) throw new Error("The sign-in does not wait.");
  return error;
}

/** Finishes a sign-in that waits by a passkey; the status. */
async function finish({ client }: TestServer, sign_in_token: string, by: SoftwareAuthenticator): Promise<number> {
  const { data } = await client.POST("/api/sign_in/passkey/options", { body: { sign_in_token } });
  if (data === undefined) throw new Error("The passkey is not asked for.");
  const body = { sign_in_token, state: data.state, credential: by.get(data.options) };
  return (await client.POST("/api/sign_in/passkey", { body })).response.status;
}

test("createPasskeyOptions: 200 for both usages prefers, and does not demand, what signing in alone takes", async (t) => {
  const server = await startSite(t);
  const { headers } = await signUp(server);
  const body = { name: "phone", second_factor: true };
  const { data } = await server.client.POST("/api/passkeys/options", { headers, body });
  t.deepEqual(data?.options.authenticatorSelection, {
    residentKey: "preferred",
    requireResidentKey: false,
    userVerification: "preferred",
  });
});

test("addPasskey: 201 with both usages signs in alone, and is asked for after the password, which opens nothing alone", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const other = await logIn(server, EMAIL);
  const authenticator = device();
  const { data } = await addBoth(server, ada, authenticator);
  t.like(data, { usage: "first", second_factor: true, discoverable: true });
  t.is((await server.client.GET("/api/test", { headers: other.headers })).response.status, 401, "the first factor");
  t.is((await server.client.GET("/api/test", { headers: ada.headers })).response.status, 200);
  t.true((await server.client.GET("/api/me/second_factor", { headers: ada.headers })).data?.has_factor);
  t.is((await signInWithPasskey(server, authenticator)).response.status, 201);
  const { sign_in_token, methods } = await begin(server);
  t.deepEqual(methods, ["webauthn"]);
  t.is(await finish(server, sign_in_token ?? "", authenticator), 201);
  const unverified = await signInWithPasskey(server, authenticator, { userVerified: false });
  t.is(unverified.error?.type, "urn:kudos:problem:second-factor-required", "presence alone is one factor");
});

for (const [what, verifies, faults] of [
  ["does not verify its user", false, undefined],
  ["does not keep the passkey", true, { discoverable: false }],
] as const) {
  test(`addPasskey: 201 with the usage secondary where the authenticator ${what}`, async (t) => {
    const server = await startSite(t);
    const ada = await signUp(server);
    const authenticator = device(verifies);
    const { data } = await addBoth(server, ada, authenticator, faults);
    t.like(data, { usage: "secondary", second_factor: true });
    t.is((await signInWithPasskey(server, authenticator)).error?.type, "urn:kudos:problem:passkey-refused");
    const { sign_in_token } = await begin(server);
    t.is(await finish(server, sign_in_token ?? "", authenticator), 201);
  });
}

test("createPasskeyOptions: 403 for both usages where nobody sets up a second factor", async (t) => {
  const server = await startSite(t, { environment: { SECOND_FACTOR: "off" } });
  const { headers } = await signUp(server);
  const body = { name: "phone", second_factor: true };
  const { error } = await server.client.POST("/api/passkeys/options", { headers, body });
  t.is(error?.type, "urn:kudos:problem:factors-closed");
});

test("deletePasskey: 204 for a passkey of both usages ends the recovery codes with it, 400 where a second factor is required", async (t) => {
  const environment = { DATABASE_URL: `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}` };
  const server = await startSite(t, { environment });
  const ada = await signUp(server);
  const { data } = await addBoth(server, ada, device());
  const { headers } = ada;
  t.is((await server.client.POST("/api/me/recovery_codes", { headers })).response.status, 201);
  const params = { path: { passkey_id: data?.id ?? "" } };
  const strict = await startSite(t, { environment: { ...environment, SECOND_FACTOR: "required" } });
  const kept = await strict.client.DELETE("/api/passkeys/{passkey_id}", { headers, params });
  t.is(kept.error?.type, "urn:kudos:problem:passkey-required");
  t.is((await server.client.DELETE("/api/passkeys/{passkey_id}", { headers, params })).response.status, 204);
  const mine = await server.client.GET("/api/me/second_factor", { headers });
  t.like(mine.data, { has_factor: false, recovery_codes_left: 0 });
  await logIn(server, EMAIL);
});

/** Two servers on one database: the second one requires a second factor of everybody. */
async function startBoth(t: ExecutionContext): Promise<{ open: TestServer; strict: TestServer }> {
  const environment = { DATABASE_URL: `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}` };
  const open = await startSite(t, { environment });
  return { open, strict: await startSite(t, { environment: { ...environment, SECOND_FACTOR: "required" } }) };
}

const SET_UP = "/api/sign_in/second_factor/set_up";

test("setUpFactorToSignIn: 400 after the password alone where a passkey guards the account; the passkey finishes the sign-in", async (t) => {
  const { open, strict } = await startBoth(t);
  const phone = device();
  await addPasskey(open, await signUp(open), phone);
  const waiting = await begin(strict);
  t.like(waiting, { type: "urn:kudos:problem:second-factor-required", methods: ["webauthn"] });
  t.is("available_methods" in waiting, false, "whoever knows the password could set up theirs");
  const { sign_in_token } = waiting;
  t.is((await strict.client.POST(SET_UP, { body: { sign_in_token } })).error?.type, "urn:kudos:problem:sign-in-ended");
  t.is(await finish(strict, sign_in_token, phone), 201);
  t.is((await signInWithPasskey(strict, phone)).response.status, 201);
  const present = (await signInWithPasskey(strict, phone, { userVerified: false })).error;
  t.like(present, { type: "urn:kudos:problem:second-factor-required", methods: [] });
  t.deepEqual(present && "available_methods" in present && present.available_methods, ["authenticator"]);
});

test("signInBySecondFactor: 400 for a set-up by the password that was begun before a passkey guards the account", async (t) => {
  const { open, strict } = await startBoth(t);
  const ada = await signUp(open);
  const { sign_in_token } = await begin(strict);
  const { data } = await strict.client.POST(SET_UP, { body: { sign_in_token } });
  const phone = device();
  await addPasskey(open, ada, phone);
  const code = codeAt(data?.secret ?? "", new Date());
  const done = await strict.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, code } });
  t.is(done.error?.type, "urn:kudos:problem:sign-in-ended");
  t.is((await signInWithPasskey(strict, phone)).response.status, 201);
});
