import test, { type ExecutionContext } from "ava";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { PASSWORD, post, signUp, startServer } from "../../support/server.ts";

/** A server with Ada, who has an authenticator. */
async function guarded(t: ExecutionContext, environment: Record<string, string> = {}) {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now, environment });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  return { server, ada, clock, secret, code: () => codeAt(secret, clock.now()) };
}

const read = async (response: Response) => JSON.parse(await response.text());

test("login: 200 with tf_required and no credential where a second factor is set", async (t) => {
  const { server, ada } = await guarded(t);
  for (const path of ["/login", "/login?include_auth_token"]) {
    const response = await post(server, path, { email: ada.email, password: PASSWORD });
    t.is(response.status, 200);
    const { response: body } = await read(response);
    t.regex(body.sign_in_token, /^kudosp_/);
    t.like(body, {
      tf_required: true,
      tf_state: "ready",
      tf_method: "authenticator",
      tf_primary_method: "authenticator",
    });
    t.is(body.user, undefined);
    t.is(cookieOf(response, "kudos_session"), "");
    t.is(cookieOf(response, "kudos_device"), "", "a browser is known once the sign-in is finished");
    t.is(cookieOf(response, "kudos_sign_in"), `kudos_sign_in=${body.sign_in_token}`);
  }
});

test("login: 200 with tf_required false where no second factor is set", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { response } = await read(await post(server, "/login", { email: ada.email, password: PASSWORD }));
  t.false(response.tf_required);
  t.is(response.user.email, ada.email);
});

test("validateFactor: 200 with a session by a code, and the code passes no second time", async (t) => {
  const { server, ada, code, clock } = await guarded(t);
  const waiting = await beginSignIn(server, ada.email);
  const again = await beginSignIn(server, ada.email);
  const answer = await sendCode(server, waiting, code());
  t.is(answer.status, 200);
  t.is((await read(answer)).response.user.email, ada.email);
  const session = cookieOf(answer, "kudos_session");
  t.is((await server.request("/api/me", { headers: { Cookie: session } })).status, 200);
  t.is(cookieOf(answer, "kudos_sign_in"), "kudos_sign_in=", "the cookie is taken away");
  const replayed = await sendCode(server, again, code());
  t.is(replayed.status, 400);
  t.is((await read(replayed)).response.type, "urn:kudos:problem:code-refused");
  clock.step();
  t.is((await sendCode(server, again, code())).status, 200);
  t.is((await sendCode(server, waiting, codeAt("A".repeat(32), clock.now()))).status, 400, "a copy finishes nothing");
});

test("validateFactor: 200 with a token where the flag is given at its end or at its beginning", async (t) => {
  const { server, ada, code, clock } = await guarded(t);
  for (const [begin, finish] of [
    ["/login?include_auth_token", "/tf-validate"],
    ["/login", "/tf-validate?include_auth_token"],
  ] as const) {
    const waiting = await beginSignIn(server, ada.email, begin);
    const answer = await sendCode(server, waiting, code(), finish);
    const token = (await read(answer)).response.user.authentication_token;
    t.is((await server.request("/api/me", { headers: { "Authentication-Token": token } })).status, 200);
    t.is(cookieOf(answer, "kudos_session"), "");
    clock.step();
  }
});

test("validateFactor: 200 for a code as a number, with white space, of the step before and of the one after", async (t) => {
  const { server, ada, secret, clock } = await guarded(t);
  const codes: ((now: Date) => unknown)[] = [
    (now) => Number(codeAt(secret, now)),
    (now) => codeAt(secret, now).replace(/(...)(...)/, " $1 $2"),
    (now) => codeAt(secret, new Date(now.getTime() - 30_000)),
    (now) => codeAt(secret, new Date(now.getTime() + 30_000)),
  ];
  for (const [index, code] of codes.entries()) {
    clock.step(4);
    const waiting = await beginSignIn(server, ada.email);
    t.is((await sendCode(server, waiting, code(clock.now()))).status, 200, `code ${index}`);
  }
  clock.step(4);
  for (const steps of [-2, 2]) {
    const waiting = await beginSignIn(server, ada.email);
    const late = codeAt(secret, new Date(clock.now().getTime() + steps * 30_000));
    t.is((await sendCode(server, waiting, late)).status, 400, `${steps} steps`);
  }
});

test("validateFactor: 400 without a sign-in that waits, with another credential, or after ten minutes", async (t) => {
  const { server, ada, code, clock } = await guarded(t);
  const waiting = await beginSignIn(server, ada.email);
  for (const cookie of ["", "kudos_sign_in=kudosp_", `kudos_sign_in=${ada.token}`, `${waiting.cookie.slice(0, -1)}_`]) {
    const answer = await post(server, "/tf-validate", { code: code() }, { Cookie: cookie });
    t.is(answer.status, 400, cookie);
    t.is((await read(answer)).response.type, "urn:kudos:problem:sign-in-ended");
  }
  clock.step(20);
  t.is((await read(await sendCode(server, waiting, code()))).response.type, "urn:kudos:problem:sign-in-ended");
});

test("a sign-in that waits opens nothing else", async (t) => {
  const { server, ada } = await guarded(t);
  const { cookie, body } = await beginSignIn(server, ada.email);
  const text = body.sign_in_token;
  for (const headers of [
    { Cookie: cookie },
    { Cookie: `kudos_session=${text}` },
    { "Authentication-Token": text },
    { Authorization: `Bearer ${text}` },
  ]) {
    t.is((await server.request("/api/me", { headers })).status, 401);
    t.is((await server.request("/mf-recovery-codes", { headers })).status, 401);
  }
  const setUp = await post(server, "/tf-setup", { setup: "authenticator" }, { Cookie: cookie });
  t.is((await read(setUp)).response.type, "urn:kudos:problem:sign-in-ended", "a factor is there: none is set up");
});

test("a sign-in that waits ends with its tries, with the password, and with the account", async (t) => {
  const { server, ada, code, clock } = await guarded(t);
  const waiting = await beginSignIn(server, ada.email);
  for (let tries = 0; tries < 5; tries += 1) {
    t.is((await read(await sendCode(server, waiting, "000000"))).response.type, "urn:kudos:problem:code-refused");
  }
  t.is((await read(await sendCode(server, waiting, code()))).response.type, "urn:kudos:problem:sign-in-ended");
  const other = await beginSignIn(server, ada.email);
  const changed = await post(
    server,
    "/change",
    { password: PASSWORD, new_password: "staple battery horse correct" },
    ada.headers,
  );
  t.is(changed.status, 200);
  clock.step();
  t.is((await read(await sendCode(server, other, code()))).response.type, "urn:kudos:problem:sign-in-ended");
});

test("validateFactor: 429 after ten wrong codes for an account, however many sign-ins wait", async (t) => {
  const { server, ada, code } = await guarded(t, { RATE_LIMITS: "on" });
  const statuses: number[] = [];
  for (let tries = 0; tries < 11; tries += 1) {
    const waiting = await beginSignIn(server, ada.email);
    statuses.push((await sendCode(server, waiting, "000000")).status);
  }
  t.deepEqual(statuses, [...Array.from({ length: 10 }, () => 400), 429]);
  const waiting = await beginSignIn(server, ada.email);
  t.is((await sendCode(server, waiting, code())).status, 429, "the right one gets the same answer");
});

test("signInBySecondFactor: 201 at an address that the account knows, while who has the password uses up the codes elsewhere", async (t) => {
  const { server, ada, code } = await guarded(t, { RATE_LIMITS: "on", TRUSTED_PROXIES: "1" });
  const from = async (place: string, given: string) => {
    const headers = { "X-Forwarded-For": place };
    const begun = await read(await post(server, "/login", { email: ada.email, password: PASSWORD }, headers));
    const proof = { sign_in_token: begun.response.sign_in_token, code: given };
    return (await post(server, "/api/sign_in/second_factor", proof, headers)).status;
  };
  const thief: number[] = [];
  for (let place = 1; place <= 11; place += 1) thief.push(await from(`203.0.${place}.1`, "000000"));
  t.deepEqual(thief, [...Array.from({ length: 10 }, () => 400), 429]);
  t.is(await from("203.0.99.1", code()), 429);
  t.is(await from("127.0.0.1", code()), 201);
});

test("of 20 requests at once with one code for one sign-in, and for 20 sign-ins, one passes", async (t) => {
  const { server, ada, code, clock } = await guarded(t);
  const passed = (answers: Response[]) => answers.filter(({ status }) => status === 200).length;
  const waiting = await beginSignIn(server, ada.email);
  const same = await Promise.all(Array.from({ length: 20 }, () => sendCode(server, waiting, code())));
  t.is(passed(same), 1);
  clock.step();
  const many = await Promise.all(Array.from({ length: 20 }, () => beginSignIn(server, ada.email)));
  t.is(passed(await Promise.all(many.map((one) => sendCode(server, one, code())))), 1);
});

test("showFactorForm: 200 with the ways out for a client, and the form for a browser", async (t) => {
  const { server, ada } = await guarded(t);
  const { cookie } = await beginSignIn(server, ada.email);
  const answer = await server.request("/tf-validate", { headers: { Cookie: cookie, Accept: "application/json" } });
  t.deepEqual((await read(answer)).response.recovery_options, { recovery_code: "/mf-recovery" });
  const page = await server.request("/tf-validate", { headers: { Cookie: cookie, Accept: "text/html" } });
  t.regex(await page.text(), /<form [^>]*action="\/tf-validate"[\s\S]*autocomplete="one-time-code"/);
});

test("showFactorForm: 303 to the sign-in for a browser without one, 400 for a client", async (t) => {
  const server = await startServer(t);
  const page = await server.request("/tf-validate", { headers: { Accept: "text/html" } });
  t.is(page.status, 303);
  t.is(page.headers.get("Location"), "/login");
  t.is((await server.request("/tf-validate", { headers: { Accept: "application/json" } })).status, 400);
});

test("showFactorChoice: 200 with the methods; chooseFactor: 200 for one of them, 400 for another, 403 for one that nobody has here", async (t) => {
  const { server, ada } = await guarded(t);
  const { cookie } = await beginSignIn(server, ada.email);
  const listed = await server.request("/tf-select", { headers: { Cookie: cookie } });
  t.deepEqual((await read(listed)).response.tf_setup_methods, ["authenticator"]);
  const chosen = await post(server, "/tf-select", { which: "authenticator" }, { Cookie: cookie });
  t.like((await read(chosen)).response, { tf_required: true, tf_state: "ready", tf_method: "authenticator" });
  t.is((await post(server, "/tf-select", { which: "webauthn" }, { Cookie: cookie })).status, 400);
  t.is((await post(server, "/tf-select", { which: "sms" }, { Cookie: cookie })).status, 403);
});

test("chooseFactor: 400 without a sign-in that waits", async (t) => {
  const server = await startServer(t);
  t.is((await post(server, "/tf-select", { which: "authenticator" })).status, 400);
});

test("showRescue: 200 with the ways out; rescueSignIn: 200 for a recovery code, 403 for what is not there", async (t) => {
  const { server, ada } = await guarded(t);
  const { cookie } = await beginSignIn(server, ada.email);
  const shown = await server.request("/tf-rescue", { headers: { Cookie: cookie, Accept: "application/json" } });
  t.is(shown.status, 200);
  t.is((await post(server, "/tf-rescue", { help_setup: "recovery_code" }, { Cookie: cookie })).status, 200);
  t.is((await post(server, "/tf-rescue", { help_setup: "email" }, { Cookie: cookie })).status, 403);
});

test("rescueSignIn: 303 to the form for a recovery code, for a browser", async (t) => {
  const { server, ada } = await guarded(t);
  const { cookie } = await beginSignIn(server, ada.email);
  const headers = { Cookie: cookie, Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" };
  const answer = await server.request("/tf-rescue", { method: "POST", headers, body: "help_setup=recovery_code" });
  t.is(answer.headers.get("Location"), "/mf-recovery");
});

test("a browser signs in by forms alone: password, then code", async (t) => {
  const { server, ada, code } = await guarded(t);
  const form = { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ email: ada.email, password: PASSWORD, next: "/docs", remember: "on" }).toString();
  const first = await server.request("/login", { method: "POST", headers: form, body });
  t.is(first.status, 303);
  t.is(first.headers.get("Location"), "/tf-validate");
  const headers = { ...form, Cookie: cookieOf(first, "kudos_sign_in") };
  const second = await server.request("/tf-validate", { method: "POST", headers, body: `code=${code()}` });
  t.is(second.status, 303);
  t.is(second.headers.get("Location"), "/docs");
  t.regex(second.headers.getSetCookie().join("\n"), /kudos_session=[^;]+;.*Max-Age=\d{6}/, "remembered");
});

test("a browser that sends a wrong code gets the form again, with the reason", async (t) => {
  const { server, ada } = await guarded(t);
  const { cookie } = await beginSignIn(server, ada.email);
  const headers = { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded", Cookie: cookie };
  for (const path of ["/tf-validate", "/mf-recovery"]) {
    const answer = await server.request(path, { method: "POST", headers, body: "code=000000" });
    t.is(answer.status, 400);
    const page = await answer.text();
    t.regex(page, new RegExp(`<form [^>]*action="${path}"`));
    t.regex(page, /This code is not right, or was used before/);
  }
});

test("signIn: 403 with what finishes the sign-in; signInBySecondFactor: 201 with the token that was asked for", async (t) => {
  const { server, ada, code, clock } = await guarded(t);
  const body = { email: ada.email, password: PASSWORD, token_name: "button", scopes: ["likes:write" as const] };
  const { error, response } = await server.client.POST("/api/sign_in", { body });
  t.is(response.status, 403);
  t.like(error, { type: "urn:kudos:problem:second-factor-required", step: "factor", methods: ["authenticator"] });
  const token = error && "sign_in_token" in error ? error.sign_in_token : "";
  const wrong = await server.client.POST("/api/sign_in/second_factor", {
    body: { sign_in_token: token, code: "000000" },
  });
  t.is(wrong.error?.type, "urn:kudos:problem:code-refused");
  const { data } = await server.client.POST("/api/sign_in/second_factor", {
    body: { sign_in_token: token, code: code() },
  });
  t.like(data, { name: "button", scopes: ["likes:write"], user: { id: ada.id, email: ada.email } });
  clock.step();
  const spent = await server.client.POST("/api/sign_in/second_factor", {
    body: { sign_in_token: token, code: code() },
  });
  t.is(spent.error?.type, "urn:kudos:problem:sign-in-ended");
});
