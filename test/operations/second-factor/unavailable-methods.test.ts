import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, setUpAuthenticator } from "../../support/authenticator.ts";
import { PASSWORD, post, signUp, startServer, type TestServer } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const EMAIL = "ada@example.com";
const UNAVAILABLE = "This method is not available.";
const NOT_OFFERED = "This server does not offer this method.";

/** What a refusal in the envelope says of the fields, after its status and its type. */
async function toldBy(response: Response): Promise<object> {
  const { response: said } = JSON.parse(await response.text());
  return { [`${response.status} ${String(said.type).replace("urn:kudos:problem:", "")}`]: said.field_errors };
}

interface Answer {
  readonly response: Response;
  readonly error?: unknown;
}

/** The same of a problem document. */
function toldIn({ response, error }: Answer): object {
  const { type = "", errors } = (error ?? {}) as { readonly type?: string; readonly errors?: unknown };
  return { [`${response.status} ${type.replace("urn:kudos:problem:", "")}`]: errors };
}

/** A server that sends nothing, after one that sent mails had the same database: Ada's factor is a code by mail. */
async function silenced(t: ExecutionContext): Promise<{ server: TestServer; headers: Record<string, string> }> {
  const environment = { DATABASE_URL: `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}` };
  const sends = await startMailingServer(t, { environment });
  const { headers } = await signUp(sends);
  const begun = await sends.client.POST("/api/me/second_factor", { headers, body: { method: "email" } });
  const [mail] = await sends.mailsTo(EMAIL, 1, "Your code to set up a second factor");
  const body = { set_up_token: begun.data?.set_up_token ?? "", code: mail?.code ?? "" };
  await sends.client.PUT("/api/me/second_factor", { headers, body });
  return { server: await startServer(t, { environment }), headers };
}

test("beginMyFactor, beginFactorSetup: 403 about the member of each for a method that the server does not offer", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const typed = [{ pointer: "/method", detail: NOT_OFFERED }];
  for (const body of [{ method: "email" }, { method: "sms", phone: "+14155550123" }] as const) {
    const told = toldIn(await server.client.POST("/api/me/second_factor", { headers, body }));
    t.deepEqual(told, { "403 factor-not-offered": typed });
    const enveloped = await toldBy(
      await post(server, "/tf-setup", { ...body, setup: body.method, method: undefined }, headers),
    );
    t.deepEqual(enveloped, { "403 factor-not-offered": { setup: [NOT_OFFERED] } });
  }
  const mine = await server.client.GET("/api/me/second_factor", { headers });
  t.deepEqual(mine.data?.available_methods, ["authenticator"]);
});

test("setUpFactorToSignIn: 403 for a method that the server does not offer, 400 for one that is proved already", async (t) => {
  const server = await startMailingServer(t, { environment: { SECOND_FACTOR: "required" } });
  await server.client.POST("/api/sign_up", { body: { email: EMAIL, password: PASSWORD } });
  const asked = await server.client.POST("/api/sign_in/code", { body: { email: EMAIL } });
  const [mail] = await server.mailsTo(EMAIL, 1, "Your code to sign in");
  const body = { request: asked.data?.request ?? "", code: mail?.code ?? "" };
  const { error } = await server.client.POST("/api/sign_in/code/completion", { body });
  const sign_in_token = error && "sign_in_token" in error ? (error.sign_in_token ?? "") : "";
  const setUp = async (wanted: { method: "sms"; phone: string } | { method: "email" }) =>
    toldIn(await server.client.POST("/api/sign_in/second_factor/set_up", { body: { sign_in_token, ...wanted } }));
  t.deepEqual(await setUp({ method: "sms", phone: "+14155550123" }), {
    "403 factor-not-offered": [{ pointer: "/method", detail: NOT_OFFERED }],
  });
  t.deepEqual(await setUp({ method: "email" }), {
    "400 factor-unavailable": [{ pointer: "/method", detail: UNAVAILABLE }],
  });
});

test("setUpFactorToSignIn: 403 factors-closed where nobody sets one up any more", async (t) => {
  const environment = { DATABASE_URL: `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}` };
  const strict = await startServer(t, { environment: { ...environment, SECOND_FACTOR: "required" } });
  const body = { email: EMAIL, password: PASSWORD };
  await strict.client.POST("/api/sign_up", { body });
  const { error } = await strict.client.POST("/api/sign_in", { body });
  const sign_in_token = error && "sign_in_token" in error ? error.sign_in_token : "";
  const closed = await startServer(t, { environment: { ...environment, SECOND_FACTOR: "off" } });
  const refused = await closed.client.POST("/api/sign_in/second_factor/set_up", { body: { sign_in_token } });
  t.deepEqual(toldIn(refused), { "403 factors-closed": undefined });
});

test("rescueSignIn, chooseFactor, sendFactorCode, sendVerificationCode: 403 where the server sends no mail any more", async (t) => {
  const { server, headers } = await silenced(t);
  const { cookie, body } = await beginSignIn(server, EMAIL);
  const waiting = { Cookie: cookie };
  t.deepEqual(await toldBy(await post(server, "/tf-rescue", { help_setup: "email" }, waiting)), {
    "403 factor-not-offered": { help_setup: [NOT_OFFERED] },
  });
  t.deepEqual(await toldBy(await post(server, "/tf-select", { which: "email" }, waiting)), {
    "403 factor-not-offered": { which: [NOT_OFFERED] },
  });
  const { sign_in_token } = body;
  t.deepEqual(
    toldIn(await server.client.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } })),
    { "403 factor-not-offered": [{ pointer: "", detail: NOT_OFFERED }] },
    "no member names the method",
  );
  t.deepEqual(await toldBy(await post(server, "/us-verify/send-code", { chosen_method: "email" }, headers)), {
    "403 factor-not-offered": { chosen_method: [NOT_OFFERED] },
  });
  t.deepEqual(await toldBy(await post(server, "/us-verify/send-code", {}, headers)), {
    "403 factor-not-offered": { "": [NOT_OFFERED] },
  });
});

test("rescueSignIn, chooseFactor, sendFactorCode, sendVerificationCode: 400 where the user does not have the method", async (t) => {
  const clock = new Clock();
  const server = await startMailingServer(t, { now: clock.now });
  const ada = await signUp(server);
  await setUpAuthenticator(server, ada, clock);
  const { cookie, body } = await beginSignIn(server, EMAIL);
  const waiting = { Cookie: cookie };
  t.deepEqual(await toldBy(await post(server, "/tf-rescue", { help_setup: "email" }, waiting)), {
    "400 factor-unavailable": { help_setup: [UNAVAILABLE] },
  });
  for (const which of ["email", "webauthn"]) {
    t.deepEqual(await toldBy(await post(server, "/tf-select", { which }, waiting)), {
      "400 factor-unavailable": { which: [UNAVAILABLE] },
    });
  }
  const { sign_in_token } = body;
  t.deepEqual(toldIn(await server.client.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } })), {
    "400 factor-unavailable": [{ pointer: "", detail: UNAVAILABLE }],
  });
  t.deepEqual(await toldBy(await post(server, "/us-verify/send-code", { chosen_method: "email" }, ada.headers)), {
    "400 factor-unavailable": { chosen_method: [UNAVAILABLE] },
  });
  t.deepEqual(await toldBy(await post(server, "/us-verify/send-code", {}, ada.headers)), {
    "400 factor-unavailable": { "": [UNAVAILABLE] },
  });
});

test("beginFactorSetup: 400 about setup, and removeMyFactor: 400 about no member, for a factor that has to stay", async (t) => {
  const clock = new Clock();
  const environment = { DATABASE_URL: `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}` };
  const lenient = await startServer(t, { now: clock.now, environment });
  const ada = await signUp(lenient);
  await setUpAuthenticator(lenient, ada, clock);
  const server = await startServer(t, { now: clock.now, environment: { ...environment, SECOND_FACTOR: "required" } });
  const detail = "Your account needs a second factor, so the last one cannot be taken away.";
  t.deepEqual(await toldBy(await post(server, "/tf-setup", { setup: "disable" }, ada.headers)), {
    "400 factor-required": { setup: [detail] },
  });
  t.deepEqual(toldIn(await server.client.DELETE("/api/me/second_factor", { headers: ada.headers })), {
    "400 factor-required": [{ pointer: "", detail }],
  });
});
