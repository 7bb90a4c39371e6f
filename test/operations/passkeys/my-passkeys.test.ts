import test from "ava";
import { addPasskey, SITE, signInWithPasskey, startSite } from "../../support/passkey-owner.ts";
import { signIn, signUp, startServer } from "../../support/server.ts";
import { type Algorithm, SoftwareAuthenticator } from "../../support/software-authenticator.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const problem = <Slug extends string>(slug: Slug) => `urn:kudos:problem:${slug}` as const;
const device = (algorithm: Algorithm = "ES256") => new SoftwareAuthenticator({ origin: SITE, algorithm });

for (const algorithm of ["ES256", "Ed25519", "RS256"] satisfies Algorithm[]) {
  for (const synced of [false, true]) {
    test(`signInWithPasskey: 201 with a key of ${algorithm}${synced ? " that is synced" : ""}, again and again`, async (t) => {
      const server = await startSite(t);
      const ada = await signUp(server);
      const authenticator = new SoftwareAuthenticator({ origin: SITE, algorithm, synced });
      t.is((await addPasskey(server, ada, authenticator)).response.status, 201);
      for (const _ of [1, 2, 3]) {
        const { data, error } = await signInWithPasskey(server, authenticator);
        t.is(error, undefined);
        t.is(data?.user.email, "ada@example.com");
        const headers = { "Authentication-Token": data?.authentication_token ?? "" };
        t.is((await server.client.GET("/api/test", { headers })).response.status, 200);
      }
    });
  }
}

test("signInWithPasskey: 201 with a narrowed token of a name", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = device();
  await addPasskey(server, ada, authenticator);
  const { data: begun } = await server.client.POST("/api/sign_in/passkey/options", { body: {} });
  const credential = authenticator.get(begun?.options as never);
  const body = { state: begun?.state ?? "", credential, token_name: "like button", scopes: ["likes:write" as const] };
  const { data, response } = await server.client.POST("/api/sign_in/passkey", { body });
  t.is(response.status, 201);
  t.is(data?.name, "like button");
  t.deepEqual(data?.scopes, ["likes:write"]);
});

test("signInWithPasskey: 400 passkey-unknown once the passkey was removed", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = device();
  const { data } = await addPasskey(server, ada, authenticator);
  const params = { path: { passkey_id: data?.id ?? "" } };
  t.is(
    (await server.client.DELETE("/api/passkeys/{passkey_id}", { headers: ada.headers, params })).response.status,
    204,
  );
  const { error, response } = await signInWithPasskey(server, authenticator);
  t.is(response.status, 400);
  t.is(error?.type, problem("passkey-unknown"));
});

test("signInWithPasskey: 400 passkey-refused by a passkey that is a second factor alone", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = device();
  await addPasskey(server, ada, authenticator, { usage: "secondary" });
  const { error } = await signInWithPasskey(server, authenticator);
  t.is(error?.type, problem("passkey-refused"));
});

test("createPasskeySignInOptions: 200 with the same words for everybody", async (t) => {
  const server = await startSite(t);
  const { data } = await server.client.POST("/api/sign_in/passkey/options", { body: {} });
  const { challenge, ...options } = data?.options ?? {};
  t.is(Buffer.from(challenge ?? "", "base64url").length, 32);
  t.deepEqual(options as unknown, {
    rpId: "kudos.example",
    timeout: 60_000,
    allowCredentials: [],
    userVerification: "preferred",
  });
  t.false(data?.is_secondary);
});

test("createPasskeySignInOptions: 403 passkeys-unavailable in production without PUBLIC_URL", async (t) => {
  const environment = { NODE_ENV: "production", RATE_LIMITS: "on", PASSWORD_COST: "ln=15,r=8,p=3" };
  const server = await startServer(t, { environment });
  for (const path of ["/api/sign_in/passkey/options", "/wan-signin"] as const) {
    const { error, response } = await server.client.POST(path, { body: {} });
    t.is(response.status, 403);
    t.true(JSON.stringify(error).includes("passkeys-unavailable"));
  }
  t.is((await server.client.GET("/.well-known/passkey-endpoints")).response.status, 403);
});

test("createPasskeySignInOptions: 429 after many from one address", async (t) => {
  const server = await startSite(t, { environment: { RATE_LIMITS: "on", RATE_LIMIT_PASSKEY: "3/15m" } });
  const ask = async () => (await server.client.POST("/api/sign_in/passkey/options", { body: {} })).response.status;
  t.deepEqual([await ask(), await ask(), await ask(), await ask()], [200, 200, 200, 429]);
});

test("listPasskeys: 200 with what a browser has to know to forget the others", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const { data: none } = await server.client.GET("/api/passkeys", { headers: ada.headers });
  t.deepEqual(none, { rp_id: "kudos.example", user_handle: null, items: [] });
  const authenticator = new SoftwareAuthenticator({ origin: SITE, synced: true });
  const { data: made } = await addPasskey(server, ada, authenticator, { name: " my phone " });
  await signInWithPasskey(server, authenticator);
  const { data } = await server.client.GET("/api/passkeys", { headers: ada.headers });
  t.regex(data?.user_handle ?? "", /^[\w-]{43}$/);
  t.is(data?.items.length, 1);
  const { last_used_at, ...item } = data?.items[0] ?? {};
  t.deepEqual({ ...item, last_used_at: null } as unknown, made);
  t.regex(last_used_at ?? "", /Z$/);
  t.deepEqual(made, {
    id: made?.id as string,
    name: "my phone",
    credential_id: authenticator.ids[0] as string,
    usage: "first",
    second_factor: false,
    transports: ["hybrid", "internal"],
    aaguid: "00000000-0000-0000-0000-000000000000",
    device_type: "multi_device",
    backed_up: true,
    discoverable: true,
    created_at: made?.created_at as string,
    last_used_at: null,
  });
});

test("listPasskeys: 200 with one's own alone, 401 for nobody, 403 for a token that only reads", async (t) => {
  const server = await startSite(t);
  const [ada, eve] = [await signUp(server), await signUp(server, "eve@example.com")];
  await addPasskey(server, ada, device());
  t.deepEqual((await server.client.GET("/api/passkeys", { headers: eve.headers })).data?.items, []);
  t.is((await server.client.GET("/api/passkeys")).response.status, 401);
  const { data } = await server.client.POST("/api/tokens", { headers: ada.headers, body: { scopes: [] } });
  const headers = { "Authentication-Token": data?.authentication_token ?? "" };
  t.is((await server.client.GET("/api/passkeys", { headers })).response.status, 403);
});

test("createPasskeyOptions: 200 with pinned algorithms, a handle that stays, and the passkeys that are there", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const authenticator = device();
  await addPasskey(server, ada, authenticator);
  const ask = async (usage: "first" | "secondary") => {
    const body = { name: "key", usage };
    return (await server.client.POST("/api/passkeys/options", { headers: ada.headers, body })).data?.options;
  };
  const [first, secondary] = [await ask("first"), await ask("secondary")];
  t.is(first?.user.id, secondary?.user.id);
  t.false(Buffer.from(first?.user.id ?? "", "base64url").includes("ada"));
  t.deepEqual(
    first?.pubKeyCredParams.map(({ alg }) => alg),
    [-8, -7, -257],
  );
  t.deepEqual(
    first?.excludeCredentials.map(({ id }) => id),
    [...authenticator.ids],
  );
  t.is(first?.authenticatorSelection.residentKey, "required");
  t.is(secondary?.authenticatorSelection.residentKey, "discouraged");
  t.is(first?.attestation, "none");
});

test("createPasskeyOptions: 400 passkey-name-taken for a name that is there", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  await addPasskey(server, ada, device());
  const body = { name: " phone " };
  const { error, response } = await server.client.POST("/api/passkeys/options", { headers: ada.headers, body });
  t.is(response.status, 400);
  t.is(error?.type, problem("passkey-name-taken"));
});

test("createPasskeyOptions: 401 reauthentication-required a day after the sign-in", async (t) => {
  let now = new Date("2026-11-29T12:00:00Z");
  const server = await startSite(t, { now: () => now });
  const ada = await signUp(server);
  const { data } = await addPasskey(server, ada, device());
  now = new Date(now.getTime() + DAY_MS + 1);
  const params = { path: { passkey_id: data?.id ?? "" } };
  const asked = await server.client.POST("/api/passkeys/options", { headers: ada.headers, body: { name: "key" } });
  const removed = await server.client.DELETE("/api/passkeys/{passkey_id}", { headers: ada.headers, params });
  for (const { error, response } of [asked, removed]) {
    t.is(response.status, 401);
    t.is(error?.type, problem("reauthentication-required"));
  }
});

test("createPasskeyOptions: 403 too-many-passkeys after 50", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  for (let n = 0; n < 50; n += 1) await addPasskey(server, ada, device(), { name: `key ${n}` });
  const body = { name: "one more" };
  const { error, response } = await server.client.POST("/api/passkeys/options", { headers: ada.headers, body });
  t.is(response.status, 403);
  t.is(error?.type, problem("too-many-passkeys"));
});

test("addPasskey: 201 with its address, and an event", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const { data, response } = await addPasskey(server, ada, device());
  t.is(response.status, 201);
  t.is(response.headers.get("Location"), `/api/passkeys/${data?.id}`);
  t.true(server.log().includes('"kind":"passkey_added"'));
  t.true(server.log().includes(`passkey:${data?.id}`));
});

test("addPasskey: 400 passkey-name-taken for one of two with one name, both begun before", async (t) => {
  const server = await startSite(t);
  const ada = await signUp(server);
  const begin = async () =>
    (await server.client.POST("/api/passkeys/options", { headers: ada.headers, body: { name: "key" } })).data;
  const begun = [await begin(), await begin()];
  const answers = await Promise.all(
    begun.map((one) =>
      server.client.POST("/api/passkeys", {
        headers: ada.headers,
        body: { state: one?.state ?? "", credential: device().create(one?.options as never) },
      }),
    ),
  );
  t.deepEqual(answers.map(({ response }) => response.status).toSorted(), [201, 400]);
  t.is(answers.find(({ error }) => error)?.error?.type, problem("passkey-name-taken"));
});

test("addPasskey: 400 passkey-attempt-ended after ten minutes, and with another credential", async (t) => {
  let now = new Date("2026-11-29T12:00:00Z");
  const server = await startSite(t, { now: () => now });
  const [ada, eve] = [await signUp(server), await signUp(server, "eve@example.com")];
  const begin = async () =>
    (await server.client.POST("/api/passkeys/options", { headers: ada.headers, body: { name: "key" } })).data;
  const finish = (begun: Awaited<ReturnType<typeof begin>>, headers: typeof ada.headers) =>
    server.client.POST("/api/passkeys", {
      headers,
      body: { state: begun?.state ?? "", credential: device().create(begun?.options as never) },
    });
  t.is((await finish(await begin(), eve.headers)).error?.type, problem("passkey-attempt-ended"));
  const late = await begin();
  now = new Date(now.getTime() + 10 * 60 * 1000);
  t.is((await finish(late, ada.headers)).error?.type, problem("passkey-attempt-ended"));
});

test("renamePasskey: 200 with the new name, 400 for one that is taken, 404 for another user's", async (t) => {
  const server = await startSite(t);
  const [ada, eve] = [await signUp(server), await signUp(server, "eve@example.com")];
  const { data } = await addPasskey(server, ada, device());
  await addPasskey(server, ada, device(), { name: "key" });
  const rename = ({ headers }: typeof ada, name: string, id = data?.id ?? "") =>
    server.client.PATCH("/api/passkeys/{passkey_id}", {
      headers,
      params: { path: { passkey_id: id } },
      body: { name },
    });
  t.is((await rename(ada, " my phone ")).data?.name, "my phone");
  t.is((await rename(ada, "my phone")).response.status, 200);
  t.is((await rename(ada, "key")).error?.type, problem("passkey-name-taken"));
  t.is((await rename(eve, "mine")).error?.type, problem("passkey-not-found"));
  t.is((await rename(ada, "  ")).response.status, 400);
});

test("deletePasskey: 204 once, then 404; 404 for another user's; an event", async (t) => {
  const server = await startSite(t);
  const [ada, eve] = [await signUp(server), await signUp(server, "eve@example.com")];
  const { data } = await addPasskey(server, ada, device());
  const params = { path: { passkey_id: data?.id ?? "" } };
  const remove = async ({ headers }: typeof ada) =>
    (await server.client.DELETE("/api/passkeys/{passkey_id}", { headers, params })).response.status;
  t.is(await remove(eve), 404);
  t.is(await remove(ada), 204);
  t.is(await remove(ada), 404);
  t.is(server.log().split('"kind":"passkey_removed"').length, 2);
});

test("getPasskeyEndpoints: 200 with addresses below PUBLIC_URL", async (t) => {
  const server = await startSite(t);
  const { data } = await server.client.GET("/.well-known/passkey-endpoints");
  t.true(data?.enroll.startsWith(`${SITE}/`));
  t.true(data?.manage.startsWith(`${SITE}/`));
});

test("createPasskeyOptions: 403 for a request by cookie from another site", async (t) => {
  const server = await startSite(t);
  await signUp(server);
  const { cookie } = await signIn(server, "ada@example.com");
  const headers = { Cookie: cookie, "Content-Type": "application/json", "Sec-Fetch-Site": "cross-site" };
  for (const path of ["/api/passkeys/options", "/wan-register"]) {
    const response = await server.request(path, { method: "POST", headers, body: '{"name":"key"}' });
    t.is(response.status, 403);
  }
});
