import { createHmac, generateKeyPairSync } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import {
  exportJWK,
  importJWK,
  type JWTHeaderParameters,
  type JWTPayload,
  type CryptoKey as KeyLike,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { decrypt } from "../../src/domain/secrets/encrypt.ts";
import { parseSecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import { createVerifier, Refused } from "../fixtures/verify-jwt/verify.ts";
import { grantResourceServer } from "../support/authors.ts";
import { startServerOnDisk } from "../support/database-file.ts";
import { askExchange, BILLING, exchange, introspect, JWTS, postForm } from "../support/exchanging.ts";
import { operations } from "../support/judge.ts";
import { signIn, signUp, startServer } from "../support/server.ts";

const SECRET_KEY = Buffer.alloc(32, 7).toString("base64url");

/** A server whose secret key is known here, its own signing key, and a verifier as another system has one. */
async function withOwnKey(t: ExecutionContext) {
  const { server, sql } = await startServerOnDisk(t, { environment: { ...JWTS, SECRET_KEY } });
  const ada = await signUp(server);
  await grantResourceServer(sql, ada.id);
  const { jwt, claims } = await exchange(server, ada.token);
  const [row] = await sql("select id, private_key from signing_key");
  const kid = String(row?.id);
  const text = decrypt(parseSecretKeys(SECRET_KEY), ["signing-key", kid], String(row?.private_key)) ?? "";
  const key = (await importJWK(JSON.parse(text), "ES256")) as KeyLike;
  const sign = (payload: JWTPayload, header: Partial<JWTHeaderParameters> = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid, ...header }).sign(key);
  const options = { issuer: JWTS.PUBLIC_URL, audience: BILLING, address: server.url, token: ada.token };
  const verifier = createVerifier(options);
  await verifier.poll();
  return { server, sql, ada, jwt, claims, kid, sign, verifier };
}

test("a JWT that is signed by another key, or by none, is let in nowhere", async (t) => {
  const { server, ada, jwt, claims, kid, verifier } = await withOwnKey(t);
  const published = JSON.parse(await (await server.request("/.well-known/jwks.json")).text()).keys[0];
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const forged = (header: object) =>
    new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "at+jwt", ...header }).sign(privateKey);
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  // The public key as the secret of an HMAC, as a library that takes the algorithm from the header would use it.
  const confused = (secret: string, alg: string) => {
    const head = `${encoded({ alg, typ: "at+jwt", kid })}.${jwt.split(".")[1]}`;
    return `${head}.${createHmac(alg.replace("HS", "sha"), secret).update(head).digest("base64url")}`;
  };
  const [head = "", body = "", signature = ""] = jwt.split(".");
  const attempts = {
    "no signature": new UnsecuredJWT(claims).encode(),
    "alg none and a kid": `${encoded({ alg: "none", typ: "at+jwt", kid })}.${body}.`,
    "alg None": `${encoded({ alg: "None", typ: "at+jwt", kid })}.${body}.${signature}`,
    "an empty signature": `${head}.${body}.`,
    "HS256 by the published key": confused(JSON.stringify(published), "HS256"),
    "HS256 by its coordinate": confused(published.x, "HS256"),
    "HS512 by nothing": confused("", "HS512"),
    "another key with the kid": await forged({ kid }),
    "another key without a kid": await forged({}),
    "another key with a kid of its own": await forged({ kid: "x".repeat(43) }),
    "a key that it brings": await forged({ kid, jwk: await exportJWK(publicKey) }),
    "a key that it points to": await forged({ kid, jku: "https://evil.example/jwks.json" }),
    "a path as kid": await forged({ kid: "../../../dev/null" }),
    "SQL as kid": await forged({ kid: "' or 1=1 --" }),
    "other claims": `${head}.${encoded({ ...claims, sub: "1", scope: "articles:write" })}.${signature}`,
    "another header": `${encoded({ alg: "ES256", typ: "JWT", kid })}.${body}.${signature}`,
    "a signature of zeros": `${head}.${body}.${Buffer.alloc(64).toString("base64url")}`,
    JSON: JSON.stringify({ payload: body, protected: head, signature }),
  };
  const before = JSON.stringify(await server.client.GET("/api/revocations", { headers: ada.headers }));
  for (const [name, token] of Object.entries(attempts)) {
    t.deepEqual(await introspect(server, ada, token), { active: false }, name);
    t.is((await postForm(server, "/revoke", { token })).status, 200, name);
    await t.throwsAsync(verifier.verify(token), { instanceOf: Refused }, name);
  }
  // None of them has ended anything.
  t.is(JSON.stringify(await server.client.GET("/api/revocations", { headers: ada.headers })), before);
  t.true((await introspect(server, ada, jwt)).active);
  await verifier.verify(jwt);
});

test("a JWT by the right key that is not one of this server's access tokens is let in nowhere", async (t) => {
  const { server, ada, claims, sign, verifier } = await withOwnKey(t);
  const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([member]) => member !== name));
  const attempts: Record<string, string> = {
    "another issuer": await sign({ ...claims, iss: "https://other.example" }),
    "an issuer with a slash": await sign({ ...claims, iss: `${JWTS.PUBLIC_URL}/` }),
    "another type": await sign(claims, { typ: "JWT" }),
    "no type": await sign(claims, { typ: undefined as never }),
    expired: await sign({ ...claims, exp: Number(claims.iat) - 1 }),
    "not begun": await sign({ ...claims, nbf: Number(claims.exp) }),
    "a critical header that nobody knows": `${Buffer.from('{"alg":"ES256","typ":"at+jwt","crit":["x"],"x":1}').toString("base64url")}.e30.AA`,
  };
  for (const name of ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "sid", "rev"]) {
    attempts[`without ${name}`] = await sign(without(name));
  }
  for (const [name, token] of Object.entries(attempts)) {
    t.deepEqual(await introspect(server, ada, token), { active: false }, name);
    await t.throwsAsync(verifier.verify(token), { instanceOf: Refused }, name);
  }
  await verifier.verify(await sign(claims));
  // The parent that it names is looked for, and has to be the user's.
  for (const sid of ["", "token:", `token:${"A".repeat(22)}`, "user:1", `session:${String(claims.sid).slice(6)}`]) {
    t.deepEqual(await introspect(server, ada, await sign({ ...claims, sid })), { active: false }, sid);
  }
  t.deepEqual(await introspect(server, ada, await sign({ ...claims, sub: "2" })), { active: false });
});

test("no operation of Kudos takes a JWT, by whichever scheme", async (t) => {
  const { server } = await startServerOnDisk(t, { environment: JWTS });
  const ada = await signUp(server);
  const { jwt } = await exchange(server, ada.token);
  const schemes: Readonly<Record<string, Record<string, string>>> = {
    authenticationToken: { "Authentication-Token": jwt },
    bearerToken: { Authorization: `Bearer ${jwt}` },
    sessionCookie: { Cookie: `kudos_session=${jwt}`, "Sec-Fetch-Site": "same-origin" },
  };
  let asked = 0;
  for (const { security = [], method, path, operationId } of operations) {
    if (security.length === 0 || security.some((alternative) => alternative.size === 0)) continue;
    for (const name of new Set(security.flatMap((alternative) => [...alternative.keys()]))) {
      const target = path.replaceAll(/\{\w+\}/g, "1");
      const response = await server.request(target, {
        method,
        headers: { Accept: "application/json", ...schemes[name] },
      });
      const challenge = response.headers.get("WWW-Authenticate") ?? "";
      // A page sends a browser to the sign-in.
      t.true([401, 302, 303].includes(response.status), `${operationId} by ${name}: ${response.status}`);
      if (challenge.includes("Bearer")) t.regex(challenge, /Bearer realm="kudos", error="invalid_token"/, operationId);
      asked += 1;
    }
  }
  t.true(asked > 60, String(asked));
});

test("a JWT adds nothing where credentials are optional, and is no credential of a sign-in", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const { jwt } = await exchange(server, ada.token);
  await server.request("/api/articles/1/likes", { method: "POST", headers: ada.headers });
  const { data } = await server.client.GET("/api/articles/{article_id}", {
    params: { path: { article_id: 1 } },
    headers: { Authorization: `Bearer ${jwt}` },
  });
  t.is(data?.liked_by_me, false);
  t.is((await askExchange(server, jwt)).status, 400);
  const { cookie } = await signIn(server, ada.email);
  t.is(
    (await server.request("/api/test_session", { headers: { Cookie: `${cookie}; kudos_session=${jwt}` } })).status,
    401,
  );
});

test("a JWT that is changed anywhere is let in nowhere, and nothing fails", async (t) => {
  const { server, ada, jwt, verifier } = await withOwnKey(t);
  const changed = fc
    .tuple(fc.nat(jwt.length - 1), fc.string({ unit: "binary", maxLength: 3 }))
    .map(([at, text]) => jwt.slice(0, at) + text + jwt.slice(at + 1))
    // The last character of a part has bits that mean nothing: a JWT can be spelt in several ways.
    .filter((text) => !sameBytes(text, jwt));
  await fc.assert(
    fc.asyncProperty(changed, async (token) => {
      const { active } = await introspect(server, ada, token);
      const refused = await verifier.verify(token).then(
        () => false,
        (error) => error instanceof Refused,
      );
      return !active && refused;
    }),
    { numRuns: 150 },
  );
  t.pass();
});

test("a JWT that was revoked is dead in all spellings", async (t) => {
  const { server, ada, jwt, verifier } = await withOwnKey(t);
  const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    .map((end) => jwt.slice(0, -1) + end)
    .filter((text) => text !== jwt && sameBytes(text, jwt));
  t.is((await postForm(server, "/revoke", { token: others[0] ?? jwt })).status, 200);
  await verifier.poll();
  for (const token of [jwt, ...others]) {
    t.false((await introspect(server, ada, token)).active);
    await t.throwsAsync(verifier.verify(token), { instanceOf: Refused });
  }
});

function sameBytes(one: string, other: string): boolean {
  const bytes = (jwt: string) => jwt.split(".").map((part) => Buffer.from(part, "base64url").toString("hex"));
  return bytes(one).join() === bytes(other).join();
}
