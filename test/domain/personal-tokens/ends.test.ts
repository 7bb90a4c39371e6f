import test from "ava";
import { activateAccount, deactivateAccount } from "../../../src/domain/accounts/accounts.ts";
import { revokeAllAccess } from "../../../src/domain/credentials/revoke.ts";
import { makePersonalToken } from "../../../src/domain/personal-tokens/make-personal-token.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { authenticateToken, issueToken } from "../../support/sample-credential.ts";
import { operator, stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");

test("a personal token ends with the account's deactivation and with the reset of its access, for good", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  for (const end of ["deactivate", "reset-access"] as const) {
    const user = await sampleUser(em, `${end}@example.org`);
    const { entity } = await issueToken(em, keys, user, { now });
    const maker = { userId: user.id, credential: { kind: "token", id: entity.id } } as const;
    const wanted = { name: "", scopes: ["account"], lifetimeMs: 1_000 };
    const { token } = await makePersonalToken(orm.em.fork(), keys, [maker], wanted, { ...stranger, now });
    t.not(await authenticateToken(orm.em.fork(), keys, token, now), null);
    if (end === "deactivate") await deactivateAccount(orm.em.fork(), user.email, { ...operator, now });
    else await revokeAllAccess(orm.em.fork(), user.id, { ...operator, now });
    t.is(await authenticateToken(orm.em.fork(), keys, token, now), null, end);
    await activateAccount(orm.em.fork(), user.email, { ...operator, now });
    t.is(await authenticateToken(orm.em.fork(), keys, token, now), null, end);
  }
});
