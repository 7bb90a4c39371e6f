import test from "ava";
import { exchange, requestText } from "../support/raw.ts";
import { PASSWORD, signUp, startServer } from "../support/server.ts";

/** `Host`, `Origin`, further fields, and whether they name one origin (RFC 6454 §5). */
const PAIRS: readonly (readonly [string, string, readonly string[], boolean])[] = [
  ["kudos.test", "http://kudos.test", [], true],
  ["kudos.test:80", "http://kudos.test", [], true],
  ["kudos.test", "http://kudos.test:80", [], true],
  ["Kudos.TEST", "http://kudos.test", [], true],
  ["kudos.test", "HTTP://KUDOS.test", [], true],
  ["kudos.test:8080", "http://kudos.test:8080", [], true],
  ["[::1]:80", "http://[::1]", [], true],
  ["[0:0::1]", "http://[::1]", [], true],
  ["bücher.test", "http://xn--bcher-kva.test", [], false],
  ["kudos.test:443", "http://kudos.test", [], false],
  ["kudos.test:8080", "http://kudos.test", [], false],
  ["kudos.test", "http://kudos.test.", [], false],
  ["kudos.test", "http://kudos.test/", [], false],
  ["kudos.test", "http://kudos.test/login", [], false],
  ["kudos.test", "http://kudos.test?", [], false],
  ["kudos.test", "http://ada@kudos.test", [], false],
  ["kudos.test", "http:kudos.test", [], false],
  ["kudos.test", "https://kudos.test", [], false],
  ["kudos.test", "https://kudos.test:80", [], false],
  ["kudos.test", "http://kudos.test, http://kudos.test", [], false],
  ["kudos.test", "http://kudos\\.test", [], false],
  ["inner:8080", "https://kudos.test", ["X-Forwarded-Proto: https", "X-Forwarded-Host: kudos.test:443"], true],
  ["inner:8080", "https://kudos.test", ["X-Forwarded-Proto: https", "X-Forwarded-Host: Kudos.Test"], true],
  ["inner:8080", "https://kudos.test:8443", ["X-Forwarded-Proto: https", "X-Forwarded-Host: kudos.test:8443"], true],
  ["inner:8080", "https://kudos.test", ["X-Forwarded-Proto: https", "X-Forwarded-Host: kudos.test:80"], false],
  ["inner:8080", "http://kudos.test", ["X-Forwarded-Proto: https", "X-Forwarded-Host: kudos.test:80"], false],
  ["inner:8080", "https://inner:8080", ["X-Forwarded-Proto: https", "X-Forwarded-Host: kudos.test"], false],
];

test("login: 303 for a form of this origin in any spelling of it, and 403 for one of another", async (t) => {
  const { url, ...server } = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  const { email } = await signUp({ url, ...server });
  const form = String(new URLSearchParams({ email, password: PASSWORD }));
  const type = [
    "Accept: text/html",
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${form.length}`,
  ];
  for (const [host, origin, more, own] of PAIRS) {
    const fields = [`Host: ${host}`, `Origin: ${origin}`, ...more, ...type];
    const [answer] = await exchange(url, requestText("POST /login HTTP/1.1", fields, form));
    t.is(answer?.status, own ? 303 : 403, fields.slice(0, 4).join(", "));
  }
});

test("an error page leads back to a page of this origin, in any spelling of it, and to no other", async (t) => {
  const { url } = await startServer(t);
  for (const [referrer, back] of [
    ["http://kudos.test/docs", true],
    ["http://kudos.test:80/docs", true],
    ["http://kudos.test:8080/docs", false],
    ["https://kudos.test/docs", false],
    ["http://evil.test/docs", false],
  ] as const) {
    const fields = ["Host: KUDOS.test:80", "Accept: text/html", `Referer: ${referrer}`];
    const [answer] = await exchange(url, requestText("GET /nowhere HTTP/1.1", fields));
    t.is(/href="\/docs">Back to where you were/.test(answer?.body ?? ""), back, referrer);
  }
});
