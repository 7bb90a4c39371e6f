import test from "ava";
import { signIn, signUp, startServer } from "../../support/server.ts";
import { DECODE, fetchRaw } from "../../support/wire.ts";

const PAGES = ["/", "/docs", "/login?next=/docs", "/register"];

test("pages: 200 in the coding that a stranger likes best, with its length, and the same by HEAD", async (t) => {
  const server = await startServer(t);
  for (const path of PAGES) {
    const plain = await fetchRaw(server.url + path);
    t.is(plain.headers["content-encoding"], undefined);
    for (const [accepted, coding] of [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip;q=0", "identity"],
    ] as const) {
      const { status, headers, content } = await fetchRaw(server.url + path, { "Accept-Encoding": accepted });
      t.is(status, 200);
      t.is(headers["content-encoding"] ?? "identity", coding, path);
      t.is(headers["content-length"], String(content.length), path);
      t.is(headers["content-type"], "text/html; charset=utf-8");
      t.true(headers.vary?.split(", ").includes("Accept-Encoding"), path);
      t.deepEqual(DECODE[coding]?.(content), plain.content, path);
      const head = await fetchRaw(server.url + path, { "Accept-Encoding": accepted }, "HEAD");
      for (const name of ["content-encoding", "content-length", "content-type", "vary"]) {
        t.is(head.headers[name], headers[name], `${path}: ${name}`);
      }
    }
  }
});

test("pages: 200 never compressed for somebody signed in: the length would tell what else is in it (BREACH)", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  for (const path of PAGES) {
    const answer = await fetchRaw(server.url + path, { "Accept-Encoding": "br, gzip", Cookie: cookie });
    t.is(answer.headers["content-encoding"], undefined, path);
    t.true(answer.content.toString().includes(email), path);
    t.true(answer.headers.vary?.split(", ").includes("Accept-Encoding"), path);
  }
});

test("login: 400 never compressed: it gives back what was typed", async (t) => {
  const server = await startServer(t);
  const response = await server.request("/login", {
    method: "POST",
    headers: { Accept: "text/html", Origin: server.url, "Accept-Encoding": "br, gzip" },
    body: new URLSearchParams({ email: "ada@example.com", password: "not the password" }),
  });
  t.is(response.status, 400);
  t.is(response.headers.get("Content-Encoding"), null);
});

test("pages: 406 when no coding will do, and none neither", async (t) => {
  const server = await startServer(t);
  const { status, headers } = await fetchRaw(server.url, { "Accept-Encoding": "*;q=0", Accept: "text/html" });
  t.is(status, 406);
  t.regex(headers["content-type"] ?? "", /^text\/html/);
});
