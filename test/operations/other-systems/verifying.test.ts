import test, { type ExecutionContext } from "ava";
import { createVerifier, Refused } from "../../fixtures/verify-jwt/verify.ts";
import { grantResourceServer } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { BILLING, exchange, JWTS, postForm } from "../../support/exchanging.ts";
import { logIn, signUp } from "../../support/server.ts";

/** A server, and the example of another system that verifies its JWTs. */
async function withVerifier(t: ExecutionContext, audience = BILLING, now?: () => Date) {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS, ...(now && { now }) });
  const api = await signUp(server, "api@example.com");
  await grantResourceServer(sql, api.id);
  const options = { issuer: JWTS.PUBLIC_URL, audience, address: server.url, token: api.token, ...(now && { now }) };
  const verifier = createVerifier(options);
  await verifier.poll();
  return { server, sql, verifier, options, ada: await signUp(server) };
}

test("exchangeToken: 200 with a JWT that another system lets in, until its token ends", async (t) => {
  const { server, verifier, ada } = await withVerifier(t);
  const { jwt } = await exchange(server, ada.token, { scope: "likes:write" });
  t.like(await verifier.verify(jwt), { sub: String(ada.id), scope: "likes:write" });
  await verifier.poll();
  await verifier.verify(jwt);
  await server.request("/logout", { method: "POST", headers: ada.headers });
  await verifier.poll();
  await t.throwsAsync(verifier.verify(jwt), { instanceOf: Refused, message: "it has ended" });
  const again = await logIn(server, ada.email);
  await verifier.verify((await exchange(server, again.token)).jwt);
});

test("exchangeToken: 200 with a JWT that another system refuses once it, its token's token, or all access has ended", async (t) => {
  const { server, verifier, ada } = await withVerifier(t);
  const [one, other] = [await exchange(server, ada.token), await exchange(server, ada.token)];
  await postForm(server, "/revoke", { token: one.jwt });
  const { data } = await server.client.POST("/api/tokens", { headers: ada.headers, body: {} });
  const child = await exchange(server, data?.authentication_token ?? "");
  await verifier.poll();
  await t.throwsAsync(verifier.verify(one.jwt), { instanceOf: Refused });
  await verifier.verify(other.jwt);
  await verifier.verify(child.jwt);
  const third = await logIn(server, ada.email);
  const { jwt } = await exchange(server, third.token);
  await postForm(server, "/revoke", { token: ada.token });
  await verifier.poll();
  for (const { jwt: dead } of [other, child]) await t.throwsAsync(verifier.verify(dead), { instanceOf: Refused });
  await verifier.verify(jwt);
  await server.request("/api/tokens", { method: "DELETE", headers: third.headers });
  await verifier.poll();
  await t.throwsAsync(verifier.verify(jwt), { instanceOf: Refused });
});

test("exchangeToken: 200 with a JWT that is for one system, and for as long as it says", async (t) => {
  const clock = { now: new Date() };
  const { server, verifier, ada } = await withVerifier(t, BILLING, () => clock.now);
  await t.throwsAsync(verifier.verify((await exchange(server, ada.token, { audience: "reports" })).jwt), {
    instanceOf: Refused,
    message: /aud/,
  });
  const { jwt } = await exchange(server, ada.token);
  await verifier.verify(jwt);
  clock.now = new Date(clock.now.getTime() + 31_000);
  await t.throwsAsync(verifier.verify(jwt), { message: "it is not known what has ended" });
  await verifier.poll();
  await verifier.verify(jwt);
  clock.now = new Date(clock.now.getTime() + 270_000);
  await verifier.poll();
  await t.throwsAsync(verifier.verify(jwt), { message: /exp/ });
});

test("exchangeToken: 200 with a JWT that another system refuses after the log has begun anew", async (t) => {
  const { server, sql, verifier, ada } = await withVerifier(t);
  const { jwt } = await exchange(server, ada.token);
  await postForm(server, "/revoke", { token: (await logIn(server, ada.email)).token });
  await verifier.poll();
  await verifier.verify(jwt);
  await sql("delete from principal_change");
  await verifier.poll();
  await t.throwsAsync(verifier.verify(jwt), { message: "it has ended" });
});

test("listRevocations: 200 leaves no JWT of a token that is ended at the same moment in force", async (t) => {
  const { server, verifier, ada } = await withVerifier(t);
  for (let round = 0; round < 30; round += 1) {
    const person = await logIn(server, ada.email);
    const [ended, ...exchanged] = await Promise.allSettled([
      server.request("/logout", { method: "POST", headers: person.headers }),
      ...Array.from({ length: 4 }, () => exchange(server, person.token)),
    ]);
    t.is(ended?.status, "fulfilled");
    await verifier.poll();
    for (const issued of exchanged) {
      if (issued.status === "rejected") continue;
      await t.throwsAsync(verifier.verify((issued.value as { jwt: string }).jwt), { message: "it has ended" });
    }
  }
});
