import test from "ava";
import { signIn, signUp, startServer } from "../../support/server.ts";

test("a 401 says what is missing, in the detail and in the envelope", async (t) => {
  const server = await startServer(t);
  const { email, token } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const either = "Send Authentication-Token: <token> or Authorization: Bearer <token>.";
  for (const [path, headers, detail] of [
    ["/api/test", {}, "You are not authenticated. Please sign in and send your credentials."],
    [
      "/api/test",
      { Cookie: "session=of-another-program" },
      "You are not authenticated. Please sign in and send your credentials.",
    ],
    [
      "/api/test",
      { Cookie: cookie },
      `You are not authenticated: the cookie kudos_session does not count here. ${either}`,
    ],
    [
      "/api/test",
      { Cookie: `${cookie}; kudos_session=x` },
      `You are not authenticated: the cookie kudos_session does not count here. ${either}`,
    ],
    [
      "/api/test",
      { Authorization: token },
      "Authorization counts only in the form Authorization: Bearer <token>, with the word Bearer and one token.",
    ],
    [
      "/api/me",
      { Authorization: `Token ${token}` },
      "Authorization counts only in the form Authorization: Bearer <token>, with the word Bearer and one token.",
    ],
    [
      "/api/me",
      { Authorization: "Bearer" },
      "Authorization counts only in the form Authorization: Bearer <token>, with the word Bearer and one token.",
    ],
    [
      "/api/test",
      { "Authentication-Token": `Bearer ${token}` },
      "Authentication-Token takes the token alone, without Bearer in front of it.",
    ],
    [
      "/api/test_session",
      { "Authentication-Token": token },
      "You are not authenticated: Authentication-Token: <token> does not count here. Send the cookie kudos_session.",
    ],
    [
      "/api/test_session",
      { Authorization: `Bearer ${token}` },
      "You are not authenticated: Authorization: Bearer <token> does not count here. Send the cookie kudos_session.",
    ],
    [
      "/api/test",
      { "Authentication-Token": "kudos_x" },
      "The credential is not valid, has expired or was revoked. Please sign in again.",
    ],
    [
      "/api/test",
      { Authorization: "Bearer x", Cookie: cookie },
      "The credential is not valid, has expired or was revoked. Please sign in again.",
    ],
  ] as const) {
    const answer = await server.request(path, { headers });
    t.is(answer.status, 401, JSON.stringify(headers));
    const problem = JSON.parse(await answer.text());
    t.is(problem.detail, detail);
    t.deepEqual(problem.response.errors, [detail]);
    t.false(answer.headers.get("WWW-Authenticate")?.includes(token));
  }
  const like = await server.request("/api/articles/1/likes", {
    method: "POST",
    headers: { Cookie: cookie, Origin: server.url },
  });
  t.regex(JSON.parse(await like.text()).detail, /the cookie kudos_session does not count here/);
  const change = await server.request("/change", { method: "POST", headers: { Authorization: token } });
  t.regex(JSON.parse(await change.text()).response.errors[0], /the word Bearer/);
});
