import { join } from "node:path";
import test from "ava";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../support/authenticator.ts";
import { PASSWORD, post, signUp, startServer, type TestServer } from "../support/server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const passed = (answers: readonly Response[]) => answers.filter(({ status }) => status === 200).length;

/** The requests that a server gets by turns with its sister. */
const TIMES = 20;

test("of 20 tries at once on two servers of one database one passes, whatever the code opens", async (t) => {
  const clock = new Clock();
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: `sqlite:${join(folder, "kudos.sqlite")}` };
  const one = await startServer(t, { now: clock.now, environment });
  const other = await startServer(t, { now: clock.now, environment });
  const servers = Array.from({ length: TIMES }, (_, index): TestServer => (index % 2 === 0 ? one : other));
  const each = (work: (server: TestServer, index: number) => Promise<Response>) => Promise.all(servers.map(work));
  const ada = await signUp(one);

  const begun = JSON.parse(
    await (await post(one, "/tf-setup", { setup: "authenticator" }, ada.headers)).text(),
  ).response;
  const secret: string = begun.tf_authr_b32key;
  const code = () => codeAt(secret, clock.now());
  const path = `/tf-setup/${begun.tf_state_token}`;
  t.is(passed(await each((server) => post(server, path, { code: code() }, ada.headers))), 1, "set-up");

  const waiting = await Promise.all(servers.map((server) => beginSignIn(server, ada.email)));
  const first = await each((server, index) => sendCode(server, waiting[index] ?? { cookie: "", body: NONE }, code()));
  t.is(passed(first), 0, "the code of the set-up is spent");
  clock.step();
  t.is(
    passed(await each((server, index) => sendCode(server, waiting[index] ?? { cookie: "", body: NONE }, code()))),
    1,
    "sign-in",
  );
  clock.step();
  const proof = { password: PASSWORD, code: code() };
  t.is(passed(await each((server) => post(server, "/verify", proof, ada.headers))), 1, "freshness");
  clock.step();
  const made = await post(one, "/mf-recovery-codes", {}, ada.headers);
  const [recovery] = JSON.parse(await made.text()).response.recovery_codes;
  const again = await Promise.all(servers.map((server) => beginSignIn(server, ada.email)));
  const recovered = await each((server, index) =>
    sendCode(server, again[index] ?? { cookie: "", body: NONE }, recovery, "/mf-recovery"),
  );
  t.is(passed(recovered), 1, "recovery");
});

const NONE = { sign_in_token: "" };

test("a sign-in that is under way while the first factor is added ends by one factor nowhere", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const { data } = await server.client.POST("/api/me/second_factor", {
    headers: ada.headers,
    body: { method: "authenticator" },
  });
  const body = { set_up_token: data?.set_up_token ?? "", code: codeAt(data?.secret ?? "", clock.now()) };
  const signIns = Array.from({ length: 10 }, () =>
    post(server, "/login?include_auth_token", { email: ada.email, password: PASSWORD }),
  );
  const [, ...answers] = await Promise.all([
    server.client.PUT("/api/me/second_factor", { headers: ada.headers, body }),
    ...signIns,
  ]);
  for (const answer of answers) {
    const { user } = JSON.parse(await answer.text()).response;
    const headers = { "Authentication-Token": user?.authentication_token ?? "" };
    t.is((await server.request("/api/me", { headers })).status, 401);
  }
});

test("a token that is made with a session is fresh by two factors only if that session is", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  const waiting = await beginSignIn(server, ada.email);
  const Cookie = cookieOf(await sendCode(server, waiting, codeAt(secret, clock.now())), "kudos_session");
  const headers = { Cookie, Origin: new URL(server.url).origin };
  const { data } = await server.client.POST("/api/tokens", { headers, body: {} });
  const token = { "Authentication-Token": data?.authentication_token ?? "" };
  t.is((await server.client.POST("/api/me/recovery_codes", { headers: token })).response.status, 201);
  clock.step(2 * 60 * 24 + 1);
  await post(server, "/verify", { password: PASSWORD }, token);
  t.is((await server.client.POST("/api/me/recovery_codes", { headers: token })).response.status, 401);
});

test("neither the database nor the log has a secret, a code or what finishes a sign-in", async (t) => {
  const clock = new Clock();
  const folder = await temporaryFolder(t);
  const file = join(folder, "kudos.sqlite");
  const server = await startServer(t, { now: clock.now, environment: { DATABASE_URL: `sqlite:${file}` } });
  const ada = await signUp(server);
  const begun = JSON.parse(await (await post(server, "/tf-setup", { setup: "authenticator" }, ada.headers)).text());
  const { tf_authr_b32key: secret, tf_state_token: state } = begun.response;
  await post(server, `/tf-setup/${state}`, { code: codeAt(secret, clock.now()) }, ada.headers);
  const made = await post(server, "/mf-recovery-codes", {}, ada.headers);
  const codes: string[] = JSON.parse(await made.text()).response.recovery_codes;
  const waiting = await beginSignIn(server, ada.email);
  clock.step();
  await sendCode(server, waiting, codeAt(secret, clock.now()));
  const { readFile } = await import("node:fs/promises");
  const stored = Buffer.concat([await readFile(file), await readFile(`${file}-wal`).catch(() => Buffer.alloc(0))]);
  const seen = [stored.toString("latin1"), server.log()];
  const secrets = [secret, state.slice(-49), waiting.body.sign_in_token.slice(-49), ...codes];
  for (const text of secrets.flatMap((one) => [one, one.replaceAll("-", ""), Buffer.from(one).toString("base64url")])) {
    for (const place of seen) t.false(place.includes(text), text);
  }
});
