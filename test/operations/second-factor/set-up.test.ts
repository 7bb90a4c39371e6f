import test from "ava";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { logIn, PASSWORD, post, signUp, startServer } from "../../support/server.ts";

const read = async (response: Response) => JSON.parse(await response.text());
const JSON_ONLY = { Accept: "application/json" };

test("beginFactorSetup: 200 as Flask-Security answers; finishFactorSetup: 200 by the first code", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const before = await server.request("/tf-setup", { headers: { ...JSON_ONLY, ...ada.headers } });
  t.like((await read(before)).response, {
    tf_required: false,
    tf_method: null,
    tf_available_methods: ["authenticator"],
  });
  const { response: begun } = await read(await post(server, "/tf-setup", { setup: "authenticator" }, ada.headers));
  t.like(begun, { tf_state: "validating_profile", tf_method: "authenticator", tf_authr_issuer: "Kudos" });
  t.is(begun.tf_authr_username, ada.email);
  t.is(begun.tf_authr_key.replaceAll("-", ""), begun.tf_authr_b32key);
  t.is(begun.tf_authr_b32key.length, 32, "160 bits");
  t.regex(begun.tf_authr_uri, /^otpauth:\/\/totp\/Kudos:ada%40example\.com\?issuer=Kudos&secret=/);
  t.regex(begun.tf_authr_qr, /^<svg /);
  const path = `/tf-setup/${begun.tf_state_token}`;
  const code = codeAt(begun.tf_authr_b32key, clock.now());
  const wrong = await post(server, path, { code: code === "000000" ? "000001" : "000000" }, ada.headers);
  t.is(wrong.status, 400);
  const done = await post(server, path, { code }, ada.headers);
  t.like((await read(done)).response, { tf_method: "authenticator", tf_phone: null });
  const after = await server.request("/tf-setup", { headers: { ...JSON_ONLY, ...ada.headers } });
  t.like((await read(after)).response, {
    tf_method: "authenticator",
    tf_available_methods: ["disable", "authenticator"],
  });
  t.is((await post(server, path, { code }, ada.headers)).status, 400, "a state is spent once");
  const waiting = await beginSignIn(server, ada.email);
  t.is((await sendCode(server, waiting, code)).status, 400, "the set-up's code is no sign-in's");
});

test("showFactorSetup: 401 for nobody, and for a sign-in of long ago; 303 for a browser", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  t.is((await server.request("/tf-setup", { headers: JSON_ONLY })).status, 401);
  const page = { headers: { Accept: "text/html" } };
  t.is((await server.request("/tf-setup", page)).headers.get("Location"), "/login?next=/tf-setup");
  const session = cookieOf(await post(server, "/login", { email: ada.email, password: PASSWORD }), "kudos_session");
  clock.step(2 * 60 * 24 + 1);
  const stale = await server.request("/tf-setup", { headers: { ...JSON_ONLY, Cookie: session } });
  t.is(stale.status, 401);
  t.true((await read(stale)).response.reauth_required);
  t.regex(stale.headers.get("WWW-Authenticate") ?? "", /acr_values="urn:kudos:acr:every-factor"/);
  const asked = await server.request("/tf-setup", { headers: { Accept: "text/html", Cookie: session } });
  t.is(asked.headers.get("Location"), "/verify?next=/tf-setup");
});

test("showFactorSetup: 401 and 303 for a sign-in that waits for the factor of the account: it sets none up", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  await setUpAuthenticator(server, ada, clock);
  const { cookie } = await beginSignIn(server, ada.email);
  t.is((await server.request("/tf-setup", { headers: { ...JSON_ONLY, Cookie: cookie } })).status, 401);
  const page = await server.request("/tf-setup", { headers: { Accept: "text/html", Cookie: cookie } });
  t.deepEqual([page.status, page.headers.get("Location")], [303, "/tf-validate"]);
});

test("verifyPassword, verifyPasscode, changePassword: 200 with include_auth_token, which asks for nothing here", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  for (const [path, body] of [
    ["/verify", { password: PASSWORD }],
    ["/us-verify", { passcode: PASSWORD }],
    ["/change", { password: PASSWORD, new_password: "another good horse" }],
  ] as const) {
    const answer = await post(server, `${path}?include_auth_token`, body, headers);
    t.is(answer.status, 200, path);
    t.is((await read(answer)).response.user?.authentication_token, undefined);
    t.is((await server.request("/api/test", { headers })).status, 200, "the token in hand stays good");
  }
});

test("beginFactorSetup: 401 with a password alone once a factor is set, 200 after the factor was proved with it", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  clock.step(2 * 60 * 24 + 1);
  for (const setup of ["authenticator", "disable"]) {
    t.is((await post(server, "/tf-setup", { setup }, ada.headers)).status, 401);
  }
  t.is((await post(server, "/verify", { password: PASSWORD }, ada.headers)).status, 200);
  t.is((await post(server, "/tf-setup", { setup: "disable" }, ada.headers)).status, 401, "one factor is not enough");
  const body = { password: PASSWORD, code: codeAt(secret, clock.now()) };
  t.is((await post(server, "/verify", body, ada.headers)).status, 200);
  t.is((await post(server, "/tf-setup", { setup: "disable" }, ada.headers)).status, 200);
  const { response } = await read(await post(server, "/login", { email: ada.email, password: PASSWORD }));
  t.false(response.tf_required);
});

test("beginFactorSetup: 403 for what this server does not have, and where SECOND_FACTOR is off", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  t.is((await post(server, "/tf-setup", { setup: "sms" }, ada.headers)).status, 403);
  t.is((await post(server, "/tf-setup", { setup: "telepathy" }, ada.headers)).status, 400);
  const closed = await startServer(t, { environment: { SECOND_FACTOR: "off" } });
  const eve = await signUp(closed);
  const refused = await post(closed, "/tf-setup", { setup: "authenticator" }, eve.headers);
  t.is(refused.status, 403);
  t.is((await read(refused)).response.type, "urn:kudos:problem:factors-closed");
  const typed = await closed.client.POST("/api/me/second_factor", {
    headers: eve.headers,
    body: { method: "authenticator" },
  });
  t.is(typed.response.status, 403);
});

test("the first factor ends the other tokens and sessions, and not the caller's", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const other = await logIn(server, ada.email);
  const session = cookieOf(await post(server, "/login", { email: ada.email, password: PASSWORD }), "kudos_session");
  await setUpAuthenticator(server, ada, clock);
  t.is((await server.request("/api/me", { headers: other.headers })).status, 401);
  t.is((await server.request("/api/me", { headers: { Cookie: session } })).status, 401);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 200);
});

test("of 20 requests at once with the first code of a set-up one passes", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const { response } = await read(await post(server, "/tf-setup", { setup: "authenticator" }, ada.headers));
  const path = `/tf-setup/${response.tf_state_token}`;
  const code = codeAt(response.tf_authr_b32key, clock.now());
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(server, path, { code }, ada.headers)));
  t.is(answers.filter(({ status }) => status === 200).length, 1);
});

test("finishFactorSetup: 400 for another user, for another credential of the user, and after half an hour", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const second = await logIn(server, ada.email);
  const eve = await signUp(server, "eve@example.com");
  const { response } = await read(await post(server, "/tf-setup", { setup: "authenticator" }, ada.headers));
  const path = `/tf-setup/${response.tf_state_token}`;
  const code = codeAt(response.tf_authr_b32key, clock.now());
  for (const { headers } of [eve, second]) t.is((await post(server, path, { code }, headers)).status, 400);
  clock.step(60);
  const late = { code: codeAt(response.tf_authr_b32key, clock.now()) };
  t.is((await post(server, path, late, ada.headers)).status, 400, "half an hour is over");
});

test("with SECOND_FACTOR=required a sign-in ends with a factor that is set up on the way", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now, environment: { SECOND_FACTOR: "required" } });
  const me = { email: "ada@example.com", password: PASSWORD };
  const registered = await post(server, "/register?include_auth_token", me);
  const { response } = await read(registered);
  t.like(response, { tf_required: true, tf_state: "setup_from_login" });
  t.is(response.user, undefined);
  const headers = { Cookie: cookieOf(registered, "kudos_sign_in") };
  const shown = await server.request("/tf-setup", { headers: { ...headers, ...JSON_ONLY } });
  t.true((await read(shown)).response.tf_required);
  t.is((await post(server, "/tf-setup", { setup: "disable" }, headers)).status, 400);
  const { response: begun } = await read(await post(server, "/tf-setup", { setup: "authenticator" }, headers));
  t.is(begun.tf_state_token, null);
  const done = await post(server, "/tf-validate", { code: codeAt(begun.tf_authr_b32key, clock.now()) }, headers);
  t.is(done.status, 200);
  const token = { "Authentication-Token": (await read(done)).response.user.authentication_token };
  t.is((await server.request("/api/me", { headers: token })).status, 200);
  clock.step();
  const refused = await post(server, "/tf-setup", { setup: "disable" }, token);
  t.is((await read(refused)).response.type, "urn:kudos:problem:factor-required");
});

test("setUpFactorToSignIn: 201 with a secret, whose first code finishes the sign-in of a typed client", async (t) => {
  const clock = new Clock();
  const environment = { SECOND_FACTOR: "optional" };
  const server = await startServer(t, { now: clock.now, environment });
  const ada = await signUp(server);
  const body = { email: ada.email, password: PASSWORD };
  t.is((await server.client.POST("/api/sign_in", { body })).response.status, 201);
  const strict = await startServer(t, { now: clock.now, environment: { SECOND_FACTOR: "required" } });
  await post(strict, "/register", body);
  const { error } = await strict.client.POST("/api/sign_in", { body });
  t.like(error, { step: "set-up", methods: [], available_methods: ["authenticator"] });
  const sign_in_token = error && "sign_in_token" in error ? error.sign_in_token : "";
  const begun = await strict.client.POST("/api/sign_in/second_factor/set_up", { body: { sign_in_token } });
  t.is(begun.response.status, 201);
  const code = codeAt(begun.data?.secret ?? "", clock.now());
  const done = await strict.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, code } });
  t.is(done.response.status, 201);
  const again = await strict.client.POST("/api/sign_in/second_factor/set_up", { body: { sign_in_token } });
  t.is(again.error?.type, "urn:kudos:problem:sign-in-ended");
});

test("getMyFactor, beginMyFactor, confirmMyFactor and removeMyFactor by a typed client", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const { headers } = await signUp(server);
  const none = await server.client.GET("/api/me/second_factor", { headers });
  t.like(none.data, { policy: "optional", method: null, added_at: null, recovery_codes_left: 0 });
  await setUpAuthenticator(server, { headers }, clock);
  const one = await server.client.GET("/api/me/second_factor", { headers });
  t.like(one.data, { method: "authenticator", available_methods: ["authenticator"] });
  const removed = await server.client.DELETE("/api/me/second_factor", { headers });
  t.is(removed.response.status, 204);
  t.is((await server.client.GET("/api/me/second_factor", { headers })).data?.method, null);
});

test("getMyFactor: 401 for nobody", async (t) => {
  const server = await startServer(t);
  t.is((await server.client.GET("/api/me/second_factor")).response.status, 401);
});

test("beginMyFactor: 401 for nobody, 403 for a method that this server does not have, 400 for none at all", async (t) => {
  const server = await startServer(t);
  t.is((await post(server, "/api/me/second_factor", { method: "authenticator" })).status, 401);
  const { headers } = await signUp(server);
  t.is((await post(server, "/api/me/second_factor", { method: "sms" }, headers)).status, 403);
  t.is((await post(server, "/api/me/second_factor", { method: "telepathy" }, headers)).status, 400);
});

test("confirmMyFactor: 400 where nothing is being set up", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const { error } = await server.client.PUT("/api/me/second_factor", {
    headers,
    body: { set_up_token: `kudosf_${"A".repeat(71)}`, code: "123456" },
  });
  t.is(error?.type, "urn:kudos:problem:set-up-ended");
});

test("removeMyFactor: 401 by one factor of two", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  await setUpAuthenticator(server, ada, clock);
  clock.step(2 * 60 * 24 + 1);
  await post(server, "/verify", { password: PASSWORD }, ada.headers);
  const { error, response } = await server.client.DELETE("/api/me/second_factor", { headers: ada.headers });
  t.is(response.status, 401);
  t.is(error?.type, "urn:kudos:problem:reauthentication-required");
  t.regex(response.headers.get("WWW-Authenticate") ?? "", /acr_values="urn:kudos:acr:every-factor", max_age="86400"/);
});

test("a browser sets a factor up by forms alone", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const session = cookieOf(await post(server, "/login", { email: ada.email, password: PASSWORD }), "kudos_session");
  const form = {
    Accept: "text/html",
    "Content-Type": "application/x-www-form-urlencoded",
    Origin: new URL(server.url).origin,
    Cookie: session,
  };
  t.regex(await (await server.request("/tf-setup", { headers: form })).text(), /Set up an authenticator/);
  const begun = await server.request("/tf-setup", { method: "POST", headers: form, body: "setup=authenticator" });
  const page = await begun.text();
  t.regex(page, /<svg role="img" aria-label="QR code/);
  const [, action = "", secret = ""] =
    /secret=([A-Z2-7]+)[\s\S]*action="([^"]+)"/
      .exec(page)
      ?.slice(0)
      .map((part, index, all) => all[index === 1 ? 2 : index === 2 ? 1 : 0] ?? part) ?? [];
  const done = await server.request(action, {
    method: "POST",
    headers: form,
    body: `code=${codeAt(secret, clock.now())}`,
  });
  t.is(done.status, 303);
  t.regex(await (await server.request("/tf-setup", { headers: form })).text(), /Make new recovery codes/);
  const codes = await server.request("/mf-recovery-codes", { method: "POST", headers: form, body: "" });
  t.is((await codes.text()).match(/<li><code>[\da-f]{4}-[\da-f]{4}-[\da-f]{4}<\/code>/g)?.length, 10);
});
