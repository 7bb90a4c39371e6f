import test from "ava";
import { PASSWORD, post, signUp, startServer } from "../../support/server.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const HTML_TYPE = "text/html; charset=utf-8";

test("parameters in Accept do not make an answer unacceptable, whichever part of the server chooses", async (t) => {
  const server = await startServer(t);
  const { headers, email } = await signUp(server);
  for (const [path, Accept, status, mediaType] of [
    ["/api/test", JSON_TYPE, 200, "application/json"],
    ["/api/articles", "application/json;charset=UTF-8;q=0.9", 200, "application/json"],
    ["/", HTML_TYPE, 200, "text/html"],
    ["/login", HTML_TYPE, 200, "text/html"],
    ["/docs", 'text/html;charset="utf-8", image/png', 200, "text/html"],
    ["/assets/kudos.css", "text/css; charset=utf-8", 200, "text/css"],
    ["/openapi.yaml", "application/yaml; charset=utf-8", 200, "application/yaml"],
    // Errors, too: a browser gets a page, a client JSON.
    ["/nowhere", HTML_TYPE, 404, "text/html"],
    ["/nowhere", "application/problem+json; charset=utf-8", 404, "application/problem+json"],
    ["/api/test", "image/png; charset=utf-8", 406, "application/problem+json"],
  ] as const) {
    const answer = await server.request(path, { headers: { ...headers, Accept } });
    t.is(answer.status, status, `${path} ${Accept}`);
    t.is(answer.headers.get("Content-Type")?.split(";")[0], mediaType, `${path} ${Accept}`);
  }
  const visit = await server.request("/api/test_session", { headers: { Accept: HTML_TYPE } });
  t.is(visit.status, 302, "a browser without a session is sent to the form");
  const form = new URLSearchParams({ email, password: PASSWORD });
  const sent = await server.request("/login", { method: "POST", headers: { Accept: HTML_TYPE }, body: form });
  t.is(sent.status, 303, "a form in a browser is sent on");
  const called = await post(server, "/login", { email, password: PASSWORD }, { Accept: JSON_TYPE });
  t.is(called.status, 200);
  t.is((await post(server, "/logout", {}, { ...headers, Accept: HTML_TYPE })).status, 303);
});
