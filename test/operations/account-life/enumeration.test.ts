import test from "ava";
import { type MailingServer, startMailingServer } from "../../support/account-mail.ts";
import { PASSWORD, post, signUp } from "../../support/server.ts";

const KNOWN = "ada@example.com";
const REQUIRED = { environment: { CONFIRMATION: "required" } };

/** All of an answer that a stranger sees, but for what is random in each. */
async function seen(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name !== "date" && name !== "x-request-id");
  const random = (text: string) => text.replaceAll(/[\w-]{22,}/g, (value) => `${value.length} characters`);
  return {
    status: response.status,
    headers: headers.map(([name, value]) => [name, random(value)]),
    body: random(await response.text()),
  };
}

/** A call that a stranger makes with an address. */
type Call = (server: MailingServer, email: string) => Promise<Response>;

const CALLS: Readonly<Record<string, Call>> = {
  register: (server, email) => post(server, "/register", { email, password: "another horse battery" }),
  signUp: (server, email) => post(server, "/api/sign_up", { email, password: "another horse battery" }),
  login: (server, email) => post(server, "/login", { email, password: "wrong horse battery" }),
  signIn: (server, email) => post(server, "/api/sign_in", { email, password: "wrong horse battery" }),
  requestReset: (server, email) => post(server, "/reset", { email }),
  startReset: (server, email) => post(server, "/api/password_reset", { email }),
  sendSignInCode: (server, email) => post(server, "/us-signin/send-code", { identity: email }),
  startCodeSignIn: (server, email) => post(server, "/api/sign_in/code", { email }),
  signInByPasscode: (server, email) => post(server, "/us-signin", { identity: email, passcode: "12345678" }),
  requestConfirmation: (server, email) => post(server, "/confirm", { email }),
  startConfirmation: (server, email) => post(server, "/api/confirmation", { email }),
};

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name}: the same status, header names and bytes for an address with and without an account`, async (t) => {
    const server = await startMailingServer(t, REQUIRED);
    await post(server, "/register", { email: KNOWN, password: PASSWORD });
    const known = await seen(await call(server, KNOWN));
    t.deepEqual(await seen(await call(server, "nobody.else@example.com")), known);
    t.deepEqual(await seen(await call(server, "bob@example.com")), known);
  });
}

test("requestReset: takes as long for an address with an account as for one without", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let number = 0; number < 60; number += 1) {
    for (const [kind, email] of [
      ["known", KNOWN],
      ["unknown", `nobody${number}@example.com`],
    ] as const) {
      const start = performance.now();
      await CALLS.requestReset?.(server, email);
      times[kind].push(performance.now() - start);
    }
  }
  const [known, unknown] = [median(times.known), median(times.unknown)];
  t.log({ known, unknown });
  t.true(Math.abs(known - unknown) < 0.5 * Math.min(known, unknown) + 1, `${known} ms and ${unknown} ms`);
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
