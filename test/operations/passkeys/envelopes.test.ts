import test from "ava";
import fc from "fast-check";
import { addPasskey, SITE, startSite } from "../../support/passkey-owner.ts";
import { cookiesOf, type Person, post, signIn, signUp, type TestServer } from "../../support/server.ts";
import { type Faults, SoftwareAuthenticator } from "../../support/software-authenticator.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const device = (verifies = true) => new SoftwareAuthenticator({ origin: SITE, verifies });
const bodyOf = async (response: Response) => JSON.parse(await response.text());
type Headers = Record<string, string>;

/** Registers a passkey by the calls of the lecture's framework; the last answer. */
async function register(server: TestServer, headers: Headers, authenticator: SoftwareAuthenticator, body: object) {
  const begun = await post(server, "/wan-register", body, headers);
  if (begun.status !== 200) return begun;
  const { wan_state: state, credential_options: options } = (await bodyOf(begun)).response;
  const { clientExtensionResults, ...credential } = authenticator.create(options);
  const text = JSON.stringify({ ...credential, extensions: JSON.stringify(clientExtensionResults) });
  return post(server, `/wan-register/${state}`, { credential: text }, headers);
}

/** Answers a challenge that a call has begun. */
async function answer(
  server: TestServer,
  path: string,
  authenticator: SoftwareAuthenticator,
  { begin = {}, body = {}, headers = {}, query = "", faults = {} as Faults } = {},
) {
  const begun = await post(server, path, begin, headers);
  const { wan_state: state, credential_options: options } = (await bodyOf(begun)).response;
  const credential = JSON.stringify(authenticator.answerWith(authenticator.ids[0] as string, options, faults));
  return post(server, `${path}/${state}${query}`, { credential, ...body }, headers);
}

async function owner(
  server: TestServer,
  verifies = true,
): Promise<{ ada: Person; authenticator: SoftwareAuthenticator }> {
  const ada = await signUp(server);
  const authenticator = device(verifies);
  await addPasskey(server, ada, authenticator);
  return { ada, authenticator };
}

test("finishPasskeyRegistration: 200, and showPasskeyRegistration: 200 lists it", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = device();
  const response = await register(server, ada.headers, authenticator, { name: "phone", usage: "first" });
  t.is(response.status, 200);
  const { response: done } = await bodyOf(response);
  t.deepEqual(Object.keys(done), ["csrf_token"]);
  const listed = await server.request("/wan-register", { headers: ada.headers });
  const { csrf_token: _, ...rest } = (await bodyOf(listed)).response;
  t.deepEqual(rest, {
    registered_credentials: [
      {
        name: "phone",
        credential_id: authenticator.ids[0],
        usage: "first",
        transports: ["usb"],
        lastuse: null,
        device_type: "single_device",
        backup_state: false,
        discoverable: true,
      },
    ],
  });
});

test("showPasskeyRegistration: 401 for nobody", async (t) => {
  const server = await startSite(t);
  t.is((await server.request("/wan-register")).status, 401);
});

test("beginPasskeyRegistration: 200 with the options of a second factor if nothing is said", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const { response } = await bodyOf(await post(server, "/wan-register", { name: "key" }, ada.headers));
  const { authenticatorSelection, user, rp } = response.credential_options;
  t.is(authenticatorSelection.userVerification, "discouraged");
  t.is(user.name, "ada@example.com");
  t.deepEqual(rp, { id: "kudos.example", name: "Kudos" });
});

test("beginPasskeyRegistration: 400 under its field for a name that is missing, odd or taken, and for an unknown usage", async (t) => {
  const server = await startSite(t);
  const { ada } = await owner(server);
  for (const [body, field] of [
    [{}, "name"],
    [{ name: " " }, "name"],
    [{ name: "a\nb" }, "name"],
    [{ name: "phone" }, "name"],
    [{ name: "key", usage: "third" }, "usage"],
  ] as const) {
    const response = await post(server, "/wan-register", body, ada.headers);
    t.is(response.status, 400);
    t.deepEqual(Object.keys((await bodyOf(response)).response.field_errors), [field]);
  }
});

test("beginPasskeyRegistration: 401 with reauth_required a day after the sign-in; deletePasskeyByName: 401 then, too", async (t) => {
  let now = new Date("2026-11-29T12:00:00Z");
  const server = await startSite(t, { now: () => now });
  const { ada } = await owner(server);
  now = new Date(now.getTime() + DAY_MS + 1);
  for (const path of ["/wan-register", "/wan-delete"]) {
    const response = await post(server, path, { name: "phone" }, ada.headers);
    t.is(response.status, 401);
    t.true((await bodyOf(response)).response.reauth_required);
  }
});

test("finishPasskeyRegistration: 400 under credential for what is no answer, under nothing for an unknown state", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  for (const credential of [
    "{",
    "[]",
    "null",
    '"a"',
    "{}",
    '{"response":{}}',
    '{"response":null}',
    '{"response":{"attestationObject":"/"}}',
  ]) {
    const begun = await post(server, "/wan-register", { name: "key" }, ada.headers);
    const { wan_state: state } = (await bodyOf(begun)).response;
    const response = await post(server, `/wan-register/${state}`, { credential }, ada.headers);
    t.is(response.status, 400, credential);
    t.deepEqual(Object.keys((await bodyOf(response)).response.field_errors), ["credential"], credential);
  }
  const unknown = await post(server, "/wan-register/abc", { credential: "{}" }, ada.headers);
  t.is(unknown.status, 400);
  t.deepEqual(Object.keys((await bodyOf(unknown)).response.field_errors), [""]);
});

test("finishPasskeySignIn: 400 whatever JSON comes as the answer", async (t) => {
  const server = await startSite(t);
  await owner(server);
  await fc.assert(
    fc.asyncProperty(fc.json({ maxDepth: 4 }), async (credential) => {
      const { wan_state: state } = (await bodyOf(await post(server, "/wan-signin", {}))).response;
      t.is((await post(server, `/wan-signin/${state}`, { credential })).status, 400);
    }),
    { numRuns: 50 },
  );
});

test("beginPasskeySignIn: 200 in the same words for a known and an unknown identity", async (t) => {
  const server = await startSite(t);
  await owner(server);
  const ask = async (body: object) => {
    const { response } = await bodyOf(await post(server, "/wan-signin", body));
    const { credential_options: options, csrf_token: csrf, wan_state: state, ...rest } = response;
    return {
      options: { ...options, challenge: options.challenge.length },
      state: state.length,
      csrf: csrf.length,
      rest,
    };
  };
  const known = await ask({ identity: "ada@example.com" });
  t.deepEqual(known, await ask({ identity: "eve@example.com" }));
  t.deepEqual(known, await ask({}));
  t.deepEqual(known.rest, { is_secondary: false, remember: false });
  t.deepEqual(known.options.allowCredentials, []);
});

test("finishPasskeySignIn: 200 with a session, which lasts if that was said at the beginning or the end", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  for (const [begin, body, lasts] of [
    [{}, {}, false],
    [{ remember: true }, {}, true],
    [{}, { remember: true }, true],
  ] as const) {
    const response = await answer(server, "/wan-signin", authenticator, { begin, body });
    t.is(response.status, 200);
    const { kudos_session: session, kudos_device: known } = cookiesOf(response);
    t.is(session?.attributes.includes("Max-Age"), lasts);
    t.truthy(known?.value, "the browser is known from now on");
    const { response: signedIn } = await bodyOf(response);
    t.is(signedIn.user.email, "ada@example.com");
    const headers = { Cookie: `kudos_session=${session?.value}` };
    t.is((await server.request("/api/test_session", { headers })).status, 200);
  }
});

test("finishPasskeySignIn: 200 with a token and no cookie, where one is asked for", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  const response = await answer(server, "/wan-signin", authenticator, { query: "?include_auth_token" });
  t.deepEqual(cookiesOf(response), {});
  const token = (await bodyOf(response)).response.user.authentication_token;
  t.is((await server.request("/api/test", { headers: { "Authentication-Token": token } })).status, 200);
});

test("finishPasskeySignIn: 303 to next for a client that prefers pages", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  const options = { body: { next: "/docs" }, headers: { Accept: "text/html" } };
  const { wan_state: state, credential_options: asked } = (await bodyOf(await post(server, "/wan-signin", {})))
    .response;
  const credential = JSON.stringify(authenticator.get(asked));
  const response = await post(server, `/wan-signin/${state}`, { credential, ...options.body }, options.headers);
  t.is(response.status, 303);
  t.is(response.headers.get("Location"), "/docs");
});

test("finishPasskeySignIn: 400 for scopes without a token, and the challenge lives on", async (t) => {
  const server = await startSite(t);
  const { authenticator } = await owner(server);
  const { wan_state: state, credential_options: asked } = (await bodyOf(await post(server, "/wan-signin", {})))
    .response;
  const body = { credential: JSON.stringify(authenticator.get(asked)) };
  t.is((await post(server, `/wan-signin/${state}`, { ...body, scopes: ["account"] })).status, 400);
  t.is((await post(server, `/wan-signin/${state}`, body)).status, 200);
});

test("finishPasskeyVerification: 200 makes token and session fresh again", async (t) => {
  let now = new Date("2026-11-29T12:00:00Z");
  const server = await startSite(t, { now: () => now });
  const { ada, authenticator } = await owner(server);
  const { cookie } = await signIn(server, "ada@example.com");
  now = new Date(now.getTime() + DAY_MS + 1);
  for (const headers of [ada.headers, { Cookie: cookie, "Sec-Fetch-Site": "same-origin" }] as Headers[]) {
    const ask = async () => (await post(server, "/wan-register", { name: "key" }, headers)).status;
    t.is(await ask(), 401);
    const response = await answer(server, "/wan-verify", authenticator, { headers });
    t.is(response.status, 200);
    t.is((await bodyOf(response)).response.user.email, "ada@example.com");
    t.is(await ask(), 200);
  }
});

test("finishPasskeyVerification: 200 by a passkey without verification is one factor: what asks for every factor still refuses", async (t) => {
  let now = new Date("2026-11-29T12:00:00Z");
  const server = await startSite(t, { now: () => now });
  const ada = await signUp(server);
  const key = device();
  await addPasskey(server, ada, key, { usage: "secondary" });
  now = new Date(now.getTime() + DAY_MS + 1);
  const ask = async () => (await post(server, "/wan-register", { name: "key" }, ada.headers)).status;
  const prove = (userVerified: boolean) =>
    answer(server, "/wan-verify", key, { headers: ada.headers, faults: { userVerified } });
  t.is((await prove(false)).status, 200);
  const exported = () => server.request("/api/me/export", { headers: ada.headers });
  t.is((await exported()).status, 200, "what asks for a fresh sign-in alone is open");
  t.is(await ask(), 401);
  t.is((await prove(true)).status, 200);
  t.is(await ask(), 200);
});

test("finishPasskeyVerification: 400 for another user's passkey, which makes nothing fresh", async (t) => {
  let now = new Date("2026-11-29T12:00:00Z");
  const server = await startSite(t, { now: () => now });
  const { ada } = await owner(server);
  const eve = await signUp(server, "eve@example.com");
  const others = device();
  await addPasskey(server, eve, others);
  now = new Date(now.getTime() + DAY_MS + 1);
  const response = await answer(server, "/wan-verify", others, { headers: ada.headers });
  t.is(response.status, 400);
  t.is((await bodyOf(response)).response.type, "urn:kudos:problem:passkey-refused");
  t.is((await post(server, "/wan-register", { name: "key" }, ada.headers)).status, 401);
});

test("beginPasskeyVerification: 200 asks for the user's own passkeys, 401 for nobody", async (t) => {
  const server = await startSite(t);
  const { ada, authenticator } = await owner(server);
  const { response } = await bodyOf(await post(server, "/wan-verify", {}, ada.headers));
  t.deepEqual(
    response.credential_options.allowCredentials.map(({ id }: { id: string }) => id),
    [...authenticator.ids],
  );
  t.is((await post(server, "/wan-verify", {})).status, 401);
});

test("finishPasskeyVerification: 400 with a challenge that another credential began", async (t) => {
  const server = await startSite(t);
  const { ada, authenticator } = await owner(server);
  const eve = await signUp(server, "eve@example.com");
  const { wan_state: state, credential_options: asked } = (
    await bodyOf(await post(server, "/wan-verify", {}, ada.headers))
  ).response;
  const body = { credential: JSON.stringify(authenticator.get(asked)) };
  const response = await post(server, `/wan-verify/${state}`, body, eve.headers);
  t.is((await bodyOf(response)).response.type, "urn:kudos:problem:passkey-attempt-ended");
});

test("deletePasskeyByName: 200 once, then 400 under name", async (t) => {
  const server = await startSite(t);
  const { ada } = await owner(server);
  t.is((await post(server, "/wan-delete", { name: "phone" }, ada.headers)).status, 200);
  const response = await post(server, "/wan-delete", { name: "phone" }, ada.headers);
  t.is(response.status, 400);
  t.deepEqual(Object.keys((await bodyOf(response)).response.field_errors), ["name"]);
});
