import test from "ava";
import { exchange, requestText } from "../support/raw.ts";
import { signIn, signUp, startServer } from "../support/server.ts";

/** White space of Unicode, which is no white space of HTTP (OWS, RFC 9110 §5.6.3): as Latin-1 bytes, and as UTF-8. */
const FOREIGN: readonly Buffer[] = [
  Buffer.from([0xa0]),
  ...["\u00a0", "\u3000", "\ufeff", "\u2028", "\u2003", "\u0085"].map((character) => Buffer.from(character)),
];

test("a credential with white space of another kind around it is another credential", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const [name, session = ""] = cookie.split("=");
  const carriers = [
    ["GET /api/test", "Authentication-Token: ", ada.token, ""],
    ["GET /api/test", "Authorization: Bearer ", ada.token, ""],
    ["GET /api/test_session", `Cookie: ${name}=`, session, ""],
    ["GET /api/test_session", "Cookie: ", cookie, ""],
    ["GET /api/test_session", "Cookie: ", cookie, "; a=b"],
    ["DELETE /api/sessions", `Cookie: ${cookie}\r\nX-CSRF-Token: `, csrfToken, ""],
  ] as const;
  const ask = async (line: string, field: string, ...value: (string | Buffer)[]) => {
    const bytes = value.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part));
    const [before = "", after = ""] = requestText(`${line} HTTP/1.1`, [`${field}\u0000`]).split("\u0000");
    const [answer] = await exchange(server.url, Buffer.concat([Buffer.from(before), ...bytes, Buffer.from(after)]));
    return answer?.status;
  };
  for (const [line, field, credential, end] of carriers) {
    for (const foreign of FOREIGN) {
      const refused = field.includes("CSRF") ? 403 : 401;
      t.is(await ask(line, field, foreign, credential, end), refused, `${field}${foreign.toString("hex")} before`);
      t.is(await ask(line, field, credential, foreign, end), refused, `${field}${foreign.toString("hex")} after`);
    }
    const found = field.includes("CSRF") ? 204 : 200;
    t.is(await ask(line, field, credential, " \t ", end), found, `${field} with OWS`);
  }
});

test("login: 415 for a media type with white space of another kind around it", async (t) => {
  const { url } = await startServer(t);
  const fields = ["Content-Type: application/json\u00a0", "Content-Length: 2"];
  const [answer] = await exchange(url, Buffer.from(requestText("POST /login HTTP/1.1", fields, "{}"), "latin1"));
  t.is(answer?.status, 415);
});
