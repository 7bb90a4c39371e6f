import test from "ava";
import { cookiesOf, PASSWORD, signUp, startServer } from "../../support/server.ts";

const NO = [
  "",
  "0",
  "false",
  "False",
  "FALSE",
  "f",
  "no",
  "No",
  "n",
  "off",
  "OFF",
  " off ",
  "null",
  "None",
  "undefined",
];
const YES = ["on", "1", "true", "True", "yes", "y", "t", "remember", "checked"];

test("login and register: 200 with a session that a form keeps after the browser only where its checkbox says yes", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  for (const [values, kept] of [
    [NO, false],
    [YES, true],
  ] as const) {
    for (const [index, remember] of values.entries()) {
      for (const [path, email] of [
        ["/login", "ada@example.com"],
        ["/register", `${kept}${index}@example.com`],
      ] as const) {
        const body = new URLSearchParams({ email, password: PASSWORD, remember });
        const answer = await server.request(path, { method: "POST", body });
        t.is(answer.status, 200);
        const attributes = cookiesOf(answer).kudos_session?.attributes ?? "";
        t.is(attributes.includes("Max-Age"), kept, `${path} remember=${remember}`);
      }
      const body = new URLSearchParams({ email: "ada@example.com", password: "wrong", remember });
      const again = await server.request("/login", { method: "POST", headers: { Accept: "text/html" }, body });
      t.is(/name="remember" value="on" checked/.test(await again.text()), kept, `remember=${remember} comes back`);
    }
  }
});
