import test from "ava";
import { exchange, requestText } from "../../support/raw.ts";
import { PASSWORD, signUp, startServer } from "../../support/server.ts";

const FORM = "Content-Type: application/x-www-form-urlencoded";
const SENTENCE = "The content must be application/json or application/x-www-form-urlencoded, in UTF-8.";

test("login, register, verifyPassword and changePassword: 415 for JSON that is not called JSON, and no word of it comes back", async (t) => {
  const { url, ...server } = await startServer(t);
  const { token } = await signUp({ url, ...server });
  const json = JSON.stringify({ email: "ada@example.com", password: PASSWORD });
  for (const path of ["/login", "/register", "/verify", "/change"]) {
    for (const [fields, content] of [
      [[], json],
      [["Content-Type:"], json],
      [["Content-Type: text/plain"], json],
      [[FORM], json],
      [[FORM], ` \n${json}`],
      [[FORM], encodeURIComponent(json)],
      [[FORM], `${encodeURIComponent(json)}=`],
      [[FORM], `x=1&${json}`],
      [[FORM], JSON.stringify([json])],
      [[`${FORM}; charset=utf-8`, "Accept: text/html"], json],
    ] as const) {
      const all = [...fields, `Authentication-Token: ${token}`, `Content-Length: ${content.length}`];
      const [answer] = await exchange(url, requestText(`POST ${path} HTTP/1.1`, all, content));
      t.is(answer?.status, 415, `${path} ${fields} ${content}`);
      t.regex(answer?.headers.get("Accept") ?? "", /^application\/json, application\/x-www-form-urlencoded$/);
      t.false(answer?.body.includes("correct"), `${path} ${content}`);
      t.true(answer?.body.includes(SENTENCE));
    }
  }
});

test("login: 400 for other texts that are taken for a form, and no password comes back", async (t) => {
  const { url } = await startServer(t);
  for (const content of [
    "email: ada@example.com, password: secret",
    "password:secret",
    "password: secret",
    "<password>secret</password>",
    "password%3Dsecret",
    "'password':'secret'",
    '"secret"',
  ]) {
    for (const accept of ["application/json", "text/html"]) {
      const fields = [FORM, `Accept: ${accept}`, `Content-Length: ${content.length}`];
      const [answer] = await exchange(url, requestText("POST /login HTTP/1.1", fields, content));
      t.is(answer?.status, 400, content);
      t.false(answer?.body.includes("secret"), `${content}: ${answer?.body}`);
    }
  }
});
