import test from "ava";
import { conform } from "../../src/conform/conform.ts";
import { defaultOptions } from "../../src/conform/options.ts";
import { prepareSubject } from "../../src/conform/subject.ts";
import { startMailingServer } from "../support/account-mail.ts";
import { document } from "../support/judge.ts";
import { signIn, signUp } from "../support/server.ts";
import { startTextGateway } from "../support/text-gateway.ts";

const subject = prepareSubject(document);

for (const [who, seed] of [
  ["nobody", 1],
  ["a token", 2],
  ["a cookie", 3],
] as const) {
  test(`conform finds nothing in Kudos, by ${who}`, async (t) => {
    t.timeout(300_000);
    const gateway = await startTextGateway(t);
    const server = await startMailingServer(t, {
      environment: { SMS_URL: gateway.url, JWT_AUDIENCES: "https://billing.example" },
    });
    const ada = await signUp(server, "grace@example.com");
    const { cookie } = await signIn(server, "grace@example.com");
    const credentials = {
      nobody: {},
      "a token": { authenticationToken: ada.token },
      "a cookie": { sessionCookie: cookie.slice(cookie.indexOf("=") + 1) },
    }[who];
    const headers = [["Sec-Fetch-Site", "same-origin"]] as const;
    const report = await conform(subject, {
      ...defaultOptions(new URL(server.url)),
      credentials,
      headers,
      seed,
      runs: 8,
    });
    t.deepEqual(report.faults, []);
    t.true(report.requests > 1_000);
    const idle = report.notExercised.map((line) => line.split(":")[0]);
    for (const id of ["register", "login", "listArticles", "getArticle", "getContractYaml", "getSigningKeys"])
      t.false(idle.includes(id), id);
    if (who === "a token") t.false(idle.includes("likeArticle"), idle.join());
    if (who === "a cookie") t.false(idle.includes("listSessions"), idle.join());
  });
}
