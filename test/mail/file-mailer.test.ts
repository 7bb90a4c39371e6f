import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import PostalMime from "postal-mime";
import { DeliveryFailed } from "../../src/domain/mail/mailer.ts";
import { createFileMailer } from "../../src/mail/file-mailer.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FROM = { name: "Kudos", address: "kudos@localhost" };
const MESSAGE = {
  channel: "mail",
  id: "0123456789abcdefABCDEF",
  to: "ada@example.com",
  subject: "Gr\u00fc\u00dfe",
  text: "Hello,\n\n  https://kudos.example/reset/0123456789abcdef0123456789abcdef\n",
  createdAt: new Date("2026-11-29T10:00:00.123Z"),
} as const;

const signal = AbortSignal.timeout(60_000);

test("each mail is one .eml that only its owner can read, in a folder that is made for it", async (t) => {
  const folder = join(await temporaryFolder(t), "mails");
  const mailer = createFileMailer(folder, FROM);
  await mailer.send(MESSAGE, signal);
  await mailer.send({ ...MESSAGE, id: "another" }, signal);
  const names = await readdir(folder);
  t.deepEqual(names.toSorted(), [
    "2026-11-29T10-00-00-123Z-0123456789abcdefABCDEF.eml",
    "2026-11-29T10-00-00-123Z-another.eml",
  ]);
  t.is((await stat(folder)).mode & 0o777, 0o700);
  t.is((await stat(join(folder, names[0] ?? ""))).mode & 0o777, 0o600);
  const mail = await PostalMime.parse(await readFile(join(folder, names[0] ?? "")));
  t.is(mail.subject, MESSAGE.subject);
  t.deepEqual(mail.from, FROM);
  t.true(mail.text?.includes("https://kudos.example/reset/0123456789abcdef0123456789abcdef"));
});

test("the same mail once more is the same file", async (t) => {
  const folder = await temporaryFolder(t);
  const mailer = createFileMailer(folder, FROM);
  await mailer.send(MESSAGE, signal);
  await mailer.send(MESSAGE, signal);
  t.is((await readdir(folder)).length, 1);
});

test("a folder that cannot be made is a failure that passes", async (t) => {
  const file = join(await temporaryFolder(t), "file");
  await writeFile(file, "");
  const mailer = createFileMailer(join(file, "mails"), FROM);
  const error = await t.throwsAsync(mailer.send(MESSAGE, signal), { instanceOf: DeliveryFailed });
  t.like(error, { permanent: false, reason: "the folder of mails cannot be written to ENOTDIR" });
});
