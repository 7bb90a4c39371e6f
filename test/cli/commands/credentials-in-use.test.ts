import test from "ava";
import { endSharedProcess } from "../../support/command-process.ts";
import { openShop, SETTINGS } from "../../support/kudos.ts";
import { startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { quickRequests, whileInUse } from "../../support/traffic.ts";

test.after.always(endSharedProcess);

/** Commands that take access away. `status` is that of a request for the role `author` afterwards. */
const COMMANDS = {
  "tokens revoke": { rounds: 7, status: 401, operand: (id: string) => [id] },
  "roles revoke": { rounds: 7, status: 403, operand: () => ["author"] },
  "users deactivate": { rounds: 6, status: 401, operand: () => [] },
} as const;

test("a running server refuses what a command has ended with the next request, while it is in use, 20 times", async (t) => {
  t.timeout(300_000);
  const shop = await openShop(t);
  const { url } = await startProgram(t, { folder: shop.folder, environment: { ...SETTINGS, ...shop.database } });
  const send = quickRequests(t, url);
  for (const [command, { rounds, status, operand }] of Object.entries(COMMANDS)) {
    for (let round = 0; round < rounds; round += 1) {
      const email = `${command.replace(" ", "-")}-${round}@example.com`;
      const registered = await fetch(`${url}/register?include_auth_token`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email, password: PASSWORD }),
      });
      const { authentication_token: token } = JSON.parse(await registered.text()).response.user;
      const headers = { "Authentication-Token": token };
      const act = () => send("/api/articles/1000000", { method: "DELETE", headers });
      t.is(await act(), 403);
      await shop.json(["roles", "grant", email, "author"]);
      const { before, after } = await whileInUse(act, () =>
        shop.json([...command.split(" "), email, ...operand(token.slice(6, 28))]),
      );
      t.is(before, 428, "the role that was just granted lets the request pass; it names no version of the article");
      t.deepEqual(after, [status, status, status, status], command);
    }
  }
});
