import test, { type ExecutionContext } from "ava";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { post, signUp, startServer } from "../../support/server.ts";

const read = async (response: Response) => JSON.parse(await response.text());

/** A server with Ada, who has an authenticator and recovery codes. */
async function prepared(t: ExecutionContext) {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  const answer = await post(server, "/mf-recovery-codes", {}, ada.headers);
  const codes: string[] = (await read(answer)).response.recovery_codes;
  return { server, ada, clock, secret, codes };
}

test("createRecoveryCodes: 200 with codes that are shown once, and end the ones before", async (t) => {
  const { server, ada, codes } = await prepared(t);
  t.is(codes.length, 10);
  for (const code of codes) t.regex(code, /^[\da-f]{4}-[\da-f]{4}-[\da-f]{4}$/);
  t.is(new Set(codes).size, 10);
  await post(server, "/mf-recovery-codes", {}, ada.headers);
  const waiting = await beginSignIn(server, ada.email);
  t.is((await sendCode(server, waiting, codes[0], "/mf-recovery")).status, 400);
});

test("showRecoveryCodes: 200 with how many are left, and never a code; 302 for a browser that is signed out", async (t) => {
  const { server, ada } = await prepared(t);
  const shown = await server.request("/mf-recovery-codes", { headers: ada.headers });
  t.like((await read(shown)).response, { recovery_codes: [], recovery_codes_left: 10 });
  const page = await server.request("/mf-recovery-codes", { headers: { Accept: "text/html" } });
  t.is(page.status, 302);
});

test("createRecoveryCodes: 400 without a second factor, 401 for nobody", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const refused = await post(server, "/mf-recovery-codes", {}, ada.headers);
  t.is((await read(refused)).response.type, "urn:kudos:problem:no-second-factor");
  t.is((await post(server, "/mf-recovery-codes", {})).status, 401);
});

test("createMyRecoveryCodes: 201 for a typed client, 400 without a second factor", async (t) => {
  const { server, ada } = await prepared(t);
  const { data } = await server.client.POST("/api/me/recovery_codes", { headers: ada.headers });
  t.is(data?.recovery_codes.length, 10);
  const eve = await signUp(server, "eve@example.com");
  const { error } = await server.client.POST("/api/me/recovery_codes", { headers: eve.headers });
  t.is(error?.type, "urn:kudos:problem:no-second-factor");
});

test("recoverSignIn: 200 by a code in any spelling, once", async (t) => {
  const { server, ada, codes } = await prepared(t);
  const spellings = [codes[0], codes[1]?.replaceAll("-", ""), codes[2]?.toUpperCase(), ` ${codes[3]} `];
  for (const code of spellings) {
    const waiting = await beginSignIn(server, ada.email);
    const answer = await sendCode(server, waiting, code, "/mf-recovery");
    t.is(answer.status, 200, code);
    t.regex(cookieOf(answer, "kudos_session"), /kudoss_/);
    const again = await beginSignIn(server, ada.email);
    t.is((await sendCode(server, again, code, "/mf-recovery")).status, 400, code);
  }
  const left = await read(await server.request("/mf-recovery-codes", { headers: ada.headers }));
  t.is(left.response.recovery_codes_left, 6);
});

test("showRecoveryForm: 200 with the form, 400 for a client without a sign-in that waits", async (t) => {
  const { server, ada } = await prepared(t);
  const { cookie } = await beginSignIn(server, ada.email);
  const page = await server.request("/mf-recovery", { headers: { Cookie: cookie, Accept: "text/html" } });
  t.regex(await page.text(), /<form [^>]*action="\/mf-recovery"/);
  t.is((await server.request("/mf-recovery", { headers: { Accept: "application/json" } })).status, 400);
});

test("of 20 requests at once with one recovery code one passes", async (t) => {
  const { server, ada, codes } = await prepared(t);
  const waiting = await Promise.all(Array.from({ length: 20 }, () => beginSignIn(server, ada.email)));
  const answers = await Promise.all(waiting.map((one) => sendCode(server, one, codes[0], "/mf-recovery")));
  t.is(answers.filter(({ status }) => status === 200).length, 1);
});

test("a recovery code is its user's alone, and ends with the last factor", async (t) => {
  const { server, ada, clock, codes } = await prepared(t);
  const eve = await signUp(server, "eve@example.com");
  await setUpAuthenticator(server, eve, clock);
  const waiting = await beginSignIn(server, eve.email);
  t.is((await sendCode(server, waiting, codes[0], "/mf-recovery")).status, 400);
  await server.client.DELETE("/api/me/second_factor", { headers: ada.headers });
  await setUpAuthenticator(server, ada, clock);
  const again = await beginSignIn(server, ada.email);
  t.is((await sendCode(server, again, codes[0], "/mf-recovery")).status, 400);
});

test("verifyPassword: 200 with a code, which passes no second time, in whatever branch", async (t) => {
  const { server, ada, clock, secret } = await prepared(t);
  const code = codeAt(secret, clock.now());
  const body = { password: "correct horse battery staple", code };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(server, "/verify", body, ada.headers)));
  t.is(answers.filter(({ status }) => status === 200).length, 1);
  const waiting = await beginSignIn(server, ada.email);
  t.is((await sendCode(server, waiting, code)).status, 400);
  clock.step();
  const next = codeAt(secret, clock.now());
  t.is((await post(server, "/verify", { ...body, password: "wrong horse", code: next }, ada.headers)).status, 400);
  t.is((await sendCode(server, waiting, next)).status, 200, "a wrong password spends no code");
});

test("verifyPasscode: 200 by the password or a code, 400 by neither, 401 for nobody", async (t) => {
  const { server, ada, clock, secret } = await prepared(t);
  const verify = (passcode: string, headers: Record<string, string> = ada.headers) =>
    post(server, "/us-verify", { passcode }, headers);
  t.is((await verify("correct horse battery staple")).status, 200);
  t.is((await verify(codeAt(secret, clock.now()))).status, 200);
  t.is((await verify(codeAt(secret, clock.now()))).status, 400);
  t.is((await verify("wrong horse battery staple")).status, 400);
  t.is((await verify("correct horse battery staple", {})).status, 401);
});

test("showVerifyForm: 200 with a field for the code where a factor is set, 302 without a session", async (t) => {
  const { server, ada, clock, secret } = await prepared(t);
  const waiting = await beginSignIn(server, ada.email);
  const session = cookieOf(await sendCode(server, waiting, codeAt(secret, clock.now())), "kudos_session");
  const page = await server.request("/verify?next=/docs", { headers: { Accept: "text/html", Cookie: session } });
  t.regex(await page.text(), /name="next" value="\/docs"[\s\S]*id="password"[\s\S]*id="code"/);
  const json = await server.request("/verify", { headers: { Accept: "application/json", Cookie: session } });
  t.regex((await read(json)).response.csrf_token, /^[\w-]{43}$/);
  t.is((await server.request("/verify", { headers: { Accept: "text/html" } })).status, 302);
});
