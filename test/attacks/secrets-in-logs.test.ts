import test from "ava";
import { PASSWORD, signIn, signUp, startServer } from "../support/server.ts";

test("the log of a busy server holds no token, password, cookie or CSRF token", async (t) => {
  const server = await startServer(t);
  const wrong = "hunter2-is-not-the-password";
  const ada = await signUp(server, "ada@example.com");
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const json = { "Content-Type": "application/json" };
  const session = { Cookie: cookie };
  const post = (path: string, headers: Record<string, string>, body: string | URLSearchParams) =>
    server.request(path, { method: "POST", headers, body });

  await post("/login", json, JSON.stringify({ email: ada.email, password: wrong }));
  await post("/login", json, `{"email":"${ada.email}","password":"${wrong}`);
  await post("/login", json, JSON.stringify({ email: wrong, password: [wrong] }));
  await post("/login?include_auth_token", {}, new URLSearchParams({ email: ada.email, password: PASSWORD }));
  await post("/login", { Accept: "text/html" }, new URLSearchParams({ email: ada.email, password: PASSWORD }));
  await post("/login", { "Sec-Fetch-Site": "cross-site" }, new URLSearchParams({ email: ada.email, password: wrong }));
  await post("/register", json, JSON.stringify({ email: ada.email, password: wrong }));
  await post(
    "/register",
    json,
    JSON.stringify({ email: "bob@example.com", password: wrong, password_confirm: "other" }),
  );
  await server.request("/api/test", { headers: ada.headers });
  await server.request(`/api/test?token=${ada.token}`);
  await server.request("/api/test", { headers: { "Authentication-Token": `${ada.token}x` } });
  await server.request("/api/test", { headers: { Authorization: `Bearer ${ada.token}`, ...session } });
  await server.request("/api/test_session", { headers: { ...session, Accept: "text/html" } });
  await server.request(`/api/test_session?${csrfToken}`, { headers: { Accept: "text/html" } });
  await server.request("/api/me", { headers: { ...ada.headers, ...session } });
  await post("/api/article_likes", { ...json, ...ada.headers }, JSON.stringify({ article_id: 1, user_id: wrong }));
  await post("/api/article_likes", { ...json, ...ada.headers }, JSON.stringify({ article_id: ada.token }));
  await post("/api/articles/101/likes", ada.headers, "");
  await post("/logout", session, "");
  await post("/logout", { ...session, "X-CSRF-Token": csrfToken, ...ada.headers }, "");

  const log = server.log();
  t.true(log.split("\n").filter((line) => line.includes('"path"')).length >= 20, "something was logged");
  const secrets = {
    token: ada.token,
    password: PASSWORD,
    wrong,
    cookie: cookie.slice("kudos_session=".length),
    csrfToken,
  };
  for (const [name, secret] of Object.entries(secrets)) {
    t.false(log.includes(secret), name);
    t.false(log.includes(encodeURIComponent(secret)), name);
    t.false(log.includes(secret.slice(-20)), `part of ${name}`);
  }
  t.notRegex(log, /kudoss?_|scrypt|insert into|update "|select /);
});
