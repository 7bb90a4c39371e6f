import test from "ava";
import { addPasskey, SITE, signInWithPasskey, startSite } from "../../support/passkey-owner.ts";
import { cookiesOf, logIn, PASSWORD, post, signUp, type TestServer } from "../../support/server.ts";
import { SoftwareAuthenticator } from "../../support/software-authenticator.ts";

const EMAIL = "ada@example.com";
const problem = <Slug extends string>(slug: Slug) => `urn:kudos:problem:${slug}` as const;
const device = (verifies = true) => new SoftwareAuthenticator({ origin: SITE, verifies });
const bodyOf = async (response: Response) => JSON.parse(await response.text());

/** A person with a passkey that is a second factor. */
async function owner(server: TestServer, verifies = false) {
  const ada = await signUp(server);
  const authenticator = device(verifies);
  const { data } = await addPasskey(server, ada, authenticator, { usage: "secondary" });
  return { ada, authenticator, id: data?.id ?? "" };
}

/** Signs in by password; the token of the sign-in that waits. */
async function begin({ client }: TestServer, email = EMAIL): Promise<string> {
  const { error } = await client.POST("/api/sign_in", { body: { email, password: PASSWORD } });
  if (error === undefined || !("sign_in_token" in error)) throw new Error("The sign-in does not wait.");
  return error.sign_in_token;
}

test("addPasskey: 201 with the first second factor ends all that was signed in without it, but for the request's", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const other = await logIn(server, EMAIL);
  await addPasskey(server, ada, device(), { name: "one", usage: "first" });
  const works = async ({ headers }: typeof ada) => (await server.client.GET("/api/test", { headers })).response.status;
  t.is(await works(other), 200, "a passkey that signs in by itself takes nothing away");
  await addPasskey(server, ada, device(), { name: "two", usage: "secondary" });
  t.deepEqual([await works(ada), await works(other)], [200, 401]);
  const body = { name: "three", usage: "secondary" } as const;
  t.is((await server.client.POST("/api/passkeys/options", { headers: ada.headers, body })).response.status, 200);
});

test("signInWithPasskey: 201 as the second factor of a sign-in by password, once", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  const { error } = await server.client.POST("/api/sign_in", { body: { email: EMAIL, password: PASSWORD } });
  t.is(error?.type, problem("second-factor-required"));
  t.deepEqual((error as { methods?: string[] }).methods, ["webauthn"]);
  const token = await begin(server);
  const { data } = await server.client.POST("/api/sign_in/passkey/options", { body: { sign_in_token: token } });
  t.true(data?.is_secondary);
  t.is(data?.options.userVerification, "discouraged");
  t.deepEqual(
    data?.options.allowCredentials.map(({ id }) => id),
    [...authenticator.ids],
  );
  const credential = authenticator.get(data?.options as never, { userHandle: null });
  const body = { state: data?.state ?? "", credential, sign_in_token: token };
  const finished = await server.client.POST("/api/sign_in/passkey", { body });
  t.is(finished.response.status, 201);
  const headers = { "Authentication-Token": finished.data?.authentication_token ?? "" };
  t.is((await server.client.GET("/api/test", { headers })).response.status, 200);
  t.is((await server.client.POST("/api/sign_in/passkey", { body })).error?.type, problem("sign-in-ended"));
});

test("createPasskeySignInOptions: 400 sign-in-ended for a token of no sign-in", async (t) => {
  const server = await startSite(t);
  const body = { sign_in_token: "kudosp_abc" };
  const { error } = await server.client.POST("/api/sign_in/passkey/options", { body });
  t.is(error?.type, problem("sign-in-ended"));
});

test("signInWithPasskey: 400 when the second factor is another user's passkey, or another sign-in's challenge", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  const eve = await signUp(server, "eve@example.com");
  const others = device();
  await addPasskey(server, eve, others, { usage: "secondary" });
  const [token, second] = [await begin(server), await begin(server)];
  const ask = async (of: string) =>
    (await server.client.POST("/api/sign_in/passkey/options", { body: { sign_in_token: of } })).data;
  const finish = async (of: string, asked: Awaited<ReturnType<typeof ask>>, by: SoftwareAuthenticator) => {
    const credential = by.answerWith(by.ids[0] as string, asked?.options as never);
    const body = { state: asked?.state ?? "", credential, sign_in_token: of };
    return (await server.client.POST("/api/sign_in/passkey", { body })).error?.type;
  };
  t.is(await finish(token, await ask(token), others), problem("passkey-refused"));
  t.is(await finish(token, await ask(second), authenticator), problem("passkey-attempt-ended"));
  t.is(await finish(token, await ask(token), authenticator), undefined);
});

test("signInWithPasskey: 201 by a verified passkey alone; one without verification needs another factor than itself", async (t) => {
  const server = await startSite(t);
  const { ada, authenticator } = await owner(server);
  const first = device();
  await addPasskey(server, ada, first, { name: "first" });
  t.is((await signInWithPasskey(server, first)).response.status, 201);
  const { error } = await signInWithPasskey(server, first, { userVerified: false });
  t.is(error?.type, problem("second-factor-required"));
  const token = (error as { sign_in_token?: string }).sign_in_token ?? "";
  const answer = async (userVerified: boolean) => {
    const { data } = await server.client.POST("/api/sign_in/passkey/options", { body: { sign_in_token: token } });
    const credential = authenticator.get(data?.options as never, { userVerified });
    const body = { state: data?.state ?? "", credential, sign_in_token: token };
    return (await server.client.POST("/api/sign_in/passkey", { body })).response.status;
  };
  t.deepEqual([await answer(false), await answer(true)], [400, 201]);
});

test("login: 200 with tf_signin_url, then beginPasskeySignIn: 200 and finishPasskeySignIn: 200 by the cookie", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  const login = await post(server, "/login", { email: EMAIL, password: PASSWORD, remember: true });
  const { response } = await bodyOf(login);
  t.is(response.tf_required, true);
  t.is(response.tf_method, "webauthn");
  t.is(response.tf_signin_url, "/wan-signin");
  t.is(response.user, undefined);
  const headers = { Cookie: `kudos_sign_in=${cookiesOf(login).kudos_sign_in?.value}` };
  const alone = await bodyOf(await post(server, "/wan-signin", { is_secondary: false }, headers));
  t.false(alone.response.is_secondary);
  const begun = (await bodyOf(await post(server, "/wan-signin", {}, headers))).response;
  t.true(begun.is_secondary);
  const credential = JSON.stringify(authenticator.get(begun.credential_options));
  const done = await post(server, `/wan-signin/${begun.wan_state}`, { credential }, headers);
  t.is(done.status, 200);
  const { kudos_session: session, kudos_sign_in: waits } = cookiesOf(done);
  t.true(session?.attributes.includes("Max-Age"), "it lasts, as was asked at the beginning");
  t.is(waits?.value, "");
  const signedIn = { Cookie: `kudos_session=${session?.value}` };
  t.is((await server.request("/api/test_session", { headers: signedIn })).status, 200);
  t.is((await bodyOf(done)).response.user.email, EMAIL);
});

test("deletePasskey: 204 for the last second factor ends the recovery codes; the password alone signs in again", async (t) => {
  const server = await startSite(t);
  const { ada, id } = await owner(server);
  const { data: codes, error } = await server.client.POST("/api/me/recovery_codes", { headers: ada.headers });
  t.is(error, undefined);
  t.is(codes?.recovery_codes.length, 10);
  const params = { path: { passkey_id: id } };
  const { response } = await server.client.DELETE("/api/passkeys/{passkey_id}", { headers: ada.headers, params });
  t.is(response.status, 204);
  await logIn(server, EMAIL);
  await addPasskey(server, ada, device(), { name: "next", usage: "secondary" });
  const body = { sign_in_token: await begin(server), recovery_code: codes?.recovery_codes[0] ?? "" };
  t.is((await server.client.POST("/api/sign_in/second_factor", { body })).response.status, 400);
});

test("deletePasskey: 204 for a token that a verified passkey has signed in for: it has proved two factors", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const first = device();
  await addPasskey(server, ada, first, { name: "first" });
  const { data } = await addPasskey(server, ada, device(), { name: "second", usage: "secondary" });
  const signedIn = await signInWithPasskey(server, first);
  const params = { path: { passkey_id: data?.id ?? "" } };
  const headers = { "Authentication-Token": signedIn.data?.authentication_token ?? "" };
  t.is((await server.client.DELETE("/api/passkeys/{passkey_id}", { headers, params })).response.status, 204);
});

test("createPasskeyOptions: 403 factors-closed for a second factor where nobody sets one up", async (t) => {
  const server = await startSite(t, { environment: { SECOND_FACTOR: "off" } });
  const { headers } = await signUp(server);
  const ask = (usage: "first" | "secondary") =>
    server.client.POST("/api/passkeys/options", { headers, body: { name: "key", usage } });
  t.is((await ask("secondary")).error?.type, problem("factors-closed"));
  t.is((await ask("first")).response.status, 200);
});

test("signInWithPasskey: 403 for what is one factor of two makes no address familiar to the account", async (t) => {
  const limits = { RATE_LIMITS: "on", RATE_LIMIT_ACCOUNT: "1/5m", TRUSTED_PROXIES: "1" };
  const server = await startSite(t, { environment: limits });
  const { ada } = await owner(server);
  const first = device();
  await addPasskey(server, ada, first, { name: "first" });
  const from = (place: string) => ({ "X-Forwarded-For": place });
  const signIn = async (userVerified: boolean) => {
    const begun = await bodyOf(await post(server, "/api/sign_in/passkey/options", {}, from("203.0.113.1")));
    const answer = { state: begun.state, credential: first.get(begun.options, { userVerified }) };
    return (await post(server, "/api/sign_in/passkey", answer, from("203.0.113.1"))).status;
  };
  const guess = async (place: string) =>
    (await post(server, "/login", { email: EMAIL, password: "another password" }, from(place))).status;
  t.is(await signIn(false), 403);
  t.is(await guess("198.51.100.1"), 400);
  t.is(await guess("203.0.113.1"), 429, "strangers have used up the account's count, which holds there too");
  t.is(await signIn(true), 201);
  t.is(await guess("203.0.113.1"), 400);
});
