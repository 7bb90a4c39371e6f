import test from "ava";
import { beginSignIn, Clock, setUpAuthenticator } from "../../support/authenticator.ts";
import { addPasskey, SITE } from "../../support/passkey-owner.ts";
import { PASSWORD, post, signIn, signUp, startServer } from "../../support/server.ts";
import { SoftwareAuthenticator } from "../../support/software-authenticator.ts";

const NO_CODES = "There is no second factor whose code could be asked for. Leave the code out.";

async function told(response: Response): Promise<unknown[]> {
  const { response: said } = JSON.parse(await response.text());
  return [response.status, said.type, said.field_errors];
}

test("verifyPassword: 400 no-second-factor about a code where none is asked for, and 200 without one or with an empty one", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const verify = (body: object) => post(server, "/verify", body, headers);
  const refusal = [400, "urn:kudos:problem:no-second-factor", { code: [NO_CODES] }];
  t.deepEqual(await told(await verify({ password: PASSWORD, code: "123456" })), refusal);
  t.deepEqual(
    await told(await verify({ password: "wrong horse", code: "123456" })),
    refusal,
    "no password is compared",
  );
  t.is((await verify({ password: PASSWORD })).status, 200);
  t.is((await verify({ password: PASSWORD, code: " " })).status, 200);
});

test("verifyPassword: 400 no-second-factor where the only second factor is a passkey, which has no codes", async (t) => {
  const server = await startServer(t, { environment: { PUBLIC_URL: SITE } });
  const ada = await signUp(server);
  await addPasskey(server, ada, new SoftwareAuthenticator({ origin: SITE, verifies: false }), { usage: "secondary" });
  const refused = await post(server, "/verify", { password: PASSWORD, code: "123456" }, ada.headers);
  t.deepEqual((await told(refused)).slice(0, 2), [400, "urn:kudos:problem:no-second-factor"]);
});

test("verifyPassword: a browser gets the form again, which tells of the code and asks for none", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const response = await server.request("/verify", {
    method: "POST",
    headers: {
      Cookie: cookie,
      Origin: server.url,
      Accept: "text/html",
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ password: PASSWORD, code: "123456" }).toString(),
  });
  t.is(response.status, 400);
  const page = await response.text();
  t.true(page.includes(NO_CODES));
  t.false(page.includes('id="code"'));
});

test("verifyPasscode: 400 no-second-factor for six digits, wrong-password for any other; both are about passcode", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const verify = async (passcode: string) => told(await post(server, "/us-verify", { passcode }, headers));
  t.deepEqual(await verify("123 456"), [400, "urn:kudos:problem:no-second-factor", { passcode: [NO_CODES] }]);
  const wrong = [400, "urn:kudos:problem:wrong-password", { passcode: ["The password is wrong."] }];
  t.deepEqual(await verify("12345678"), wrong);
  t.deepEqual(await verify("wrong horse battery staple"), wrong);
});

test("verifyPasscode, signInBySecondFactor: a refused code is told about the member that held it", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  await setUpAuthenticator(server, ada, clock);
  const refused = await post(server, "/us-verify", { passcode: "000000" }, ada.headers);
  const detail = "This code is not right, or was used before.";
  t.deepEqual(await told(refused), [400, "urn:kudos:problem:code-refused", { passcode: [detail] }]);
  const { sign_in_token } = (await beginSignIn(server, ada.email)).body;
  for (const body of [{ code: "000000" }, { recovery_code: "0000-0000-0000" }]) {
    const { error } = await server.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, ...body } });
    t.like(error, { errors: [{ pointer: `/${Object.keys(body)[0]}`, detail }] });
  }
});
