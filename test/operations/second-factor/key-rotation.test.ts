import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { type MailingServer, startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, codeAt, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { PASSWORD, type Person, post, signUp } from "../../support/server.ts";
import { runSql } from "../../support/sqlite.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startTextGateway } from "../../support/text-gateway.ts";

const EMAIL = "ada@example.com";
const PHONE = "+14155550123";

/** Servers of one database, one after the other: by the old key, by a new one before it, and by the new one alone. */
async function rotating(t: ExecutionContext, environment: Record<string, string> = {}) {
  const file = join(await temporaryFolder(t), "kudos.sqlite");
  const clock = new Clock();
  const [older, newer] = [generateSecretKey(), generateSecretKey()];
  const start = (...keys: string[]): Promise<MailingServer> =>
    startMailingServer(t, {
      now: clock.now,
      environment: { DATABASE_URL: `sqlite:${file}`, SECRET_KEY: keys.join(","), ...environment },
    });
  /** Whether what is stored in a column of the factor is encrypted by the new key. */
  const isRenewed = (column: "secret" | "phone"): boolean => {
    const [row] = runSql(file, `select ${column} as text from second_factor`);
    return String(row?.text).startsWith(`${parseSecretKeys(newer)[0].id}.`);
  };
  return { clock, isRenewed, old: () => start(older), rotated: () => start(newer, older), renewed: () => start(newer) };
}

test("validateFactor: 200 encrypts the secret of an authenticator by the new key, which suffices from then on", async (t) => {
  const { clock, isRenewed, old, rotated, renewed } = await rotating(t);
  // The other server has still the old key first, and sets the factor up after this one has started.
  const second = await rotated();
  const first = await old();
  const secret = await setUpAuthenticator(first, await signUp(first), clock);
  t.is((await sendCode(second, await beginSignIn(second, EMAIL), "000000")).status, 400);
  t.false(isRenewed("secret"));
  t.is((await sendCode(second, await beginSignIn(second, EMAIL), codeAt(secret, clock.now()))).status, 200);
  t.true(isRenewed("secret"));
  clock.step();
  const third = await renewed();
  t.is((await sendCode(third, await beginSignIn(third, EMAIL), codeAt(secret, clock.now()))).status, 200);
});

test("a server that starts encrypts factors by its newest key, also of users who stay away, and one whose key is gone stays", async (t) => {
  const { clock, isRenewed, old, rotated, renewed } = await rotating(t);
  const first = await old();
  const secret = await setUpAuthenticator(first, await signUp(first), clock);
  const other = await renewed();
  t.false(isRenewed("secret"), "it does not have the old key");
  await other.stop();
  await rotated();
  t.true(isRenewed("secret"));
  clock.step();
  const last = await renewed();
  t.is((await sendCode(last, await beginSignIn(last, EMAIL), codeAt(secret, clock.now()))).status, 200);
});

test("a server that starts encrypts telephone numbers by its newest key", async (t) => {
  const gateway = await startTextGateway(t);
  const { isRenewed, old, rotated, renewed } = await rotating(t, { SMS_URL: gateway.url });
  await setUpTexts(await old(), gateway);
  t.false(isRenewed("phone"));
  await rotated();
  t.true(isRenewed("phone"));
  const last = await renewed();
  const waiting = await beginSignIn(last, EMAIL);
  t.is((await sendCode(last, waiting, (await gateway.received(2))[1]?.code)).status, 200);
});

/** Sets up codes by SMS for a new person, whose first text that is. */
async function setUpTexts(
  server: MailingServer,
  gateway: Awaited<ReturnType<typeof startTextGateway>>,
): Promise<Person> {
  const ada = await signUp(server);
  const { headers } = ada;
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "sms", phone: PHONE } });
  const [text] = await gateway.received(1);
  const body = { set_up_token: begun.data?.set_up_token ?? "", code: text?.code ?? "" };
  const { response } = await server.client.PUT("/api/me/second_factor", { headers, body });
  if (response.status !== 204) throw new Error(`no second factor: ${response.status}`);
  return ada;
}

test("validateFactor: 200 encrypts the telephone number by the new key, which suffices from then on", async (t) => {
  const gateway = await startTextGateway(t);
  const { isRenewed, old, rotated, renewed } = await rotating(t, { SMS_URL: gateway.url });
  const second = await rotated();
  await setUpTexts(await old(), gateway);
  const waiting = await beginSignIn(second, EMAIL);
  const text = (await gateway.received(2))[1];
  t.is((await sendCode(second, waiting, text?.code === "00000000" ? "11111111" : "00000000")).status, 400);
  t.false(isRenewed("phone"));
  t.is((await sendCode(second, waiting, text?.code)).status, 200);
  t.true(isRenewed("phone"));
  const third = await renewed();
  const last = await beginSignIn(third, EMAIL);
  const texts = await gateway.received(3);
  t.is(texts[2]?.to, PHONE);
  t.is((await sendCode(third, last, texts[2]?.code)).status, 200);
});

test("verifyPassword, finishFactorSetup: 200 encrypts the telephone number by the new key, and leaves one that replaced it", async (t) => {
  const gateway = await startTextGateway(t);
  const { isRenewed, old, rotated } = await rotating(t, { SMS_URL: gateway.url });
  const second = await rotated();
  const { headers } = await setUpTexts(await old(), gateway);
  t.is((await post(second, "/us-verify/send-code", {}, headers)).status, 200);
  const { code } = (await gateway.received(2))[1] ?? {};
  t.is((await post(second, "/verify", { password: PASSWORD, code }, headers)).status, 200);
  t.true(isRenewed("phone"));
  const begun = await post(second, "/tf-setup", { setup: "sms", phone: "+14155550199" }, headers);
  const { tf_state_token: state } = JSON.parse(await begun.text()).response;
  const next = (await gateway.received(3))[2];
  t.is((await post(second, `/tf-setup/${state}`, { code: next?.code }, headers)).status, 200);
  const mine = await second.client.GET("/api/me/second_factor", { headers });
  t.is(mine.data?.phone, "…0199");
});
