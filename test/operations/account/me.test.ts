import test from "ava";
import { signIn, signUp, startServer } from "../../support/server.ts";

test("getMe: 200 by token, by its alias and by session cookie", async (t) => {
  const server = await startServer(t);
  const { id, email, token, headers } = await signUp(server, "Ada@Example.com");
  const { cookie } = await signIn(server, email);
  for (const carried of [
    headers,
    { Authorization: `Bearer ${token}` },
    { Cookie: cookie },
    { ...headers, Cookie: cookie },
  ]) {
    const { data, response } = await server.client.GET("/api/me", { headers: carried });
    t.is(response.status, 200);
    t.deepEqual(data, { id, email: "ada@example.com", roles: [] });
    t.is(response.headers.get("Cache-Control"), "no-store");
    t.regex(response.headers.get("Vary") ?? "", /Authentication-Token, Authorization, Cookie/);
  }
});

test("getMe: 401 without credentials, with a challenge for each scheme, never a redirect", async (t) => {
  const server = await startServer(t);
  for (const accept of ["*/*", "text/html", "image/png"]) {
    const response = await server.request("/api/me", { headers: { Accept: accept } });
    t.is(response.status, 401);
    const challenges = response.headers.get("WWW-Authenticate") ?? "";
    for (const scheme of ["ApiKey", "Bearer", "Cookie"]) t.regex(challenges, new RegExp(`${scheme} realm="kudos"`));
  }
});
