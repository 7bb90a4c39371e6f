import test from "ava";
import { startMailingServer } from "../../support/account-mail.ts";
import { PASSWORD, post } from "../../support/server.ts";
import { STRANGER_CALLS } from "../../support/stranger-calls.ts";

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

for (const [name, call] of Object.entries(STRANGER_CALLS)) {
  test(`${name}: the same status, header names and bytes for an address with and without an account`, async (t) => {
    const server = await startMailingServer(t, REQUIRED);
    await post(server, "/register", { email: KNOWN, password: PASSWORD });
    const known = await seen(await call(server, KNOWN));
    t.deepEqual(await seen(await call(server, "nobody.else@example.com")), known);
    t.deepEqual(await seen(await call(server, "bob@example.com")), known);
  });
}
