import test, { type ExecutionContext } from "ava";
import { Event } from "../../../src/domain/audit-trail/event.ts";
import { MailedSecret } from "../../../src/domain/mail/mailed-secret.ts";
import { mintMailedSecret } from "../../../src/domain/mail/mint-mailed-secret.ts";
import { createOutbox } from "../../../src/domain/mail/outbox.ts";
import type { MailedSecretPurpose } from "../../../src/domain/mail/purposes.ts";
import { runStatement } from "../../../src/domain/query.ts";
import { changeAddress } from "../../../src/domain/recovery/change-address.ts";
import { confirmAddress } from "../../../src/domain/recovery/confirm-address.ts";
import { deleteAccount } from "../../../src/domain/recovery/delete-account.ts";
import { MailedLinkRefused } from "../../../src/domain/recovery/errors.ts";
import { resetPassword } from "../../../src/domain/recovery/reset-password.ts";
import { undoAddressChange } from "../../../src/domain/recovery/undo-address-change.ts";
import { SecondFactor } from "../../../src/domain/second-factor/second-factor.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { User } from "../../../src/domain/users/user.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { quickHasher } from "../../support/quick-hasher.ts";
import { stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const now = new Date("2026-11-29T12:00:00Z");
const occasion = { ...stranger, now };
const AT_ONCE = 20;

/** A database with a user, and what mails them. */
async function open(t: ExecutionContext) {
  const { orm } = await memoryDatabase(t);
  const keys = parseSecretKeys(generateSecretKey());
  const outbox = createOutbox({ keys: () => keys, publicUrl: () => "https://kudos.example" });
  const ada = await sampleUser(orm.em.fork());
  const passwords = await quickHasher();
  const mint = async (purpose: MailedSecretPurpose, data?: string) => {
    const { link, code } = await mintMailedSecret(
      orm.em.fork(),
      keys,
      { purpose, account: ada.email, browser: null, data },
      now,
    );
    return { link, code, browser: null };
  };
  return { em: () => orm.em.fork(), keys, outbox, ada, passwords, mint };
}

/** How many of several calls at once succeed; the others have to be refused for the link. */
async function winners(t: ExecutionContext, call: (number: number) => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, number) => call(number)));
  for (const result of results)
    if (result.status === "rejected") t.true(result.reason instanceof MailedLinkRefused, String(result.reason));
  return results.filter(({ status }) => status === "fulfilled").length;
}

test("of twenty that spend one link at once, one wins: to confirm, to reset, to change an address", async (t) => {
  const { em, keys, outbox, passwords, mint } = await open(t);
  const confirm = await mint("confirm");
  t.is(await winners(t, () => confirmAddress(em(), keys, confirm, occasion)), 1);
  const reset = await mint("reset");
  t.is(
    await winners(t, (number) =>
      resetPassword(em(), passwords, keys, { ...reset, password: `staple battery ${number}` }, occasion),
    ),
    1,
  );
  const change = await mint("change-email", "new@example.com");
  t.is(await winners(t, () => changeAddress(em(), { keys, outbox }, change, occasion)), 1);
});

test("of twenty that take one change back at once, one wins", async (t) => {
  const { em, keys, outbox, ada, mint } = await open(t);
  const undo = await mint("undo-email", "old@example.com");
  const { code, link } = undo;
  t.is(await winners(t, () => undoAddressChange(em(), { keys, outbox, browser: null }, { code, link }, occasion)), 1);
  const user = await em().findOneOrFail(User, { id: ada.id });
  t.like(user, { email: "old@example.com", passwordHash: null });
});

test("an account that is deleted twenty times at once is deleted once, and leaves one event of it", async (t) => {
  const { em, ada } = await open(t);
  await Promise.all(Array.from({ length: AT_ONCE }, () => deleteAccount(em(), ada.id, occasion)));
  t.is(await em().count(User, {}), 0);
  t.is(await em().count(Event, { kind: "account_deleted" }), 1);
});

test("a link of an account that is deleted is good for nothing", async (t) => {
  const { em, keys, ada, mint } = await open(t);
  const link = await mint("confirm");
  await deleteAccount(em(), ada.id, occasion);
  await t.throwsAsync(confirmAddress(em(), keys, link, occasion), { instanceOf: MailedLinkRefused });
  t.is(await em().count(MailedSecret, {}), 0);
});

test("a way back ends the passkeys and the second factor that were added since the change, and no older ones", async (t) => {
  const { em, keys, outbox, ada, mint } = await open(t);
  const { link, code } = await mint("undo-email", "old@example.com");
  const add = (id: string, at: Date) =>
    runStatement(
      em(),
      "insert into passkey (id, user_id, credential_id, public_key, algorithm, counter, name, usage, transports, aaguid, " +
        "backup_eligible, backed_up, created_at) values (?, ?, ?, 'k', -7, 0, ?, 'first', '', '', false, false, ?)",
      [id, ada.id, id, id, at],
    );
  await add("older", new Date(now.getTime() - 1));
  await add("thiefs", new Date(now.getTime() + 1));
  await em().transactional(async (tx) => {
    const factor = { user: ada.id, method: "authenticator", createdAt: new Date(now.getTime() + 1) } as const;
    tx.create(SecondFactor, factor);
  });
  await undoAddressChange(em(), { keys, outbox, browser: null }, { link, code }, occasion);
  const left = await runStatement<{ id: string }>(em(), "select id from passkey", []);
  t.deepEqual(
    left.map(({ id }) => id),
    ["older"],
  );
  t.is(await em().count(SecondFactor, {}), 0);
});
