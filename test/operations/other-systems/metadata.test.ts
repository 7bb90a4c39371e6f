import test from "ava";
import { decodeProtectedHeader } from "jose";
import { startServerOnDisk } from "../../support/database-file.ts";
import { exchange, introspect, JWTS } from "../../support/exchanging.ts";
import { signUp, startServer, type TestServer } from "../../support/server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function publishedKids(server: Pick<TestServer, "request">): Promise<string[]> {
  const response = await server.request("/.well-known/jwks.json");
  return JSON.parse(await response.text()).keys.map(({ kid }: { kid: string }) => kid);
}

test("getSigningKeys: 200 with public keys alone, which may be kept for as long as it says", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const response = await server.request("/.well-known/jwks.json");
  t.is(response.headers.get("Cache-Control"), "public, max-age=300");
  const { keys } = JSON.parse(await response.text());
  t.deepEqual(
    keys.map((key: object) => Object.keys(key)),
    [["kty", "crv", "x", "y", "kid", "use", "alg"]],
  );
  // Asked again, by another process say, it is the same key.
  t.deepEqual(await publishedKids(server), [keys[0].kid]);
  const [stored] = await sql("select id, private_key from signing_key");
  t.is(stored?.id, keys[0].kid);
  t.notRegex(String(stored?.private_key), /[{"]/);
});

test("getSigningKeys: 200 with one key for all that ask for the first one at once", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const { token } = await signUp(server);
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, index) =>
      index % 2 === 0 ? publishedKids(server) : [decodeProtectedHeader((await exchange(server, token)).jwt).kid],
    ),
  );
  t.is(new Set(answers.flat()).size, 1);
});

test("getSigningKeys: 200 with the next key an hour before it signs, and the old one until its last JWT has ended", async (t) => {
  const clock = { now: new Date() };
  const later = (ms: number) => {
    clock.now = new Date(clock.now.getTime() + ms);
  };
  const environment = { ...JWTS, TOKEN_LIFETIME_DAYS: "60", TOKEN_IDLE_DAYS: "60" };
  const server = await startServer(t, { environment, now: () => clock.now });
  const ada = await signUp(server);
  const signer = async () => decodeProtectedHeader((await exchange(server, ada.token)).jwt).kid;
  const first = await signer();
  later(30 * DAY_MS - 2 * 60 * 60 * 1000);
  t.deepEqual([await signer(), await publishedKids(server)], [first, [first]]);

  later(60 * 60 * 1000);
  const published = await publishedKids(server);
  t.is(published.length, 2);
  const [, second = ""] = published;
  t.is(await signer(), first);
  later(59 * 60 * 1000);
  t.deepEqual([await signer(), await publishedKids(server)], [first, published]);
  const last = await exchange(server, ada.token);

  later(60 * 1000);
  t.deepEqual([await signer(), await publishedKids(server)], [second, published]);
  t.true((await introspect(server, ada, last.jwt)).active);
  later(299 * 1000);
  t.deepEqual(await publishedKids(server), published);
  later(301 * 1000);
  t.deepEqual([await signer(), await publishedKids(server)], [second, [second]]);
});

test("getAuthorizationServer: 200 with addresses that begin with the issuer, also below a base path", async (t) => {
  const server = await startServer(t, { environment: { ...JWTS, BASE_PATH: "/kudos" } });
  // The judge of answers knows no base path.
  const request: TestServer["request"] = (path, init) => fetch(`${server.url}/kudos${path}`, init);
  const response = await request("/.well-known/oauth-authorization-server");
  const { issuer, ...metadata } = JSON.parse(await response.text());
  t.is(issuer, "https://kudos.example/kudos");
  t.is(metadata.token_endpoint, `${issuer}/api/tokens/exchange`);
  for (const [name, value] of Object.entries(metadata)) {
    if (/_endpoint$|_uri$|_documentation$/.test(name)) t.true(String(value).startsWith(`${issuer}/`), name);
  }
  t.is((await exchange({ request }, await tokenOf({ request }))).claims.iss, issuer);
});

async function tokenOf({ request }: Pick<TestServer, "request">): Promise<string> {
  const response = await request("/register?include_auth_token", {
    method: "POST",
    body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery staple" }),
    headers: { "Content-Type": "application/json" },
  });
  return JSON.parse(await response.text()).response.user.authentication_token;
}

test("getProtectedResource: 200 that names this server as the one that gives out its tokens", async (t) => {
  const server = await startServer(t, { environment: { JWT_AUDIENCES: "reports" } });
  const { data } = await server.client.GET("/.well-known/oauth-protected-resource");
  const issuer = `http://localhost:${new URL(server.url).port}`;
  t.deepEqual([data?.resource, data?.authorization_servers], [issuer, [issuer]]);
});
