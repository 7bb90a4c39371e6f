import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { loadSecretKeys, SecretKeyUnavailable } from "../../../src/storage/keys/key-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("the first start makes a key file that only its owner can read, the next ones read it", async (t) => {
  const folder = await temporaryFolder(t);
  const databasePath = join(folder, "kudos.sqlite");
  const path = `${databasePath}.key`;
  const first = await loadSecretKeys({ databasePath, fresh: true });
  t.like(first, { path, created: true, exposed: false });
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.deepEqual(await readdir(folder), ["kudos.sqlite.key"]);
  const next = await loadSecretKeys({ databasePath, fresh: false });
  t.like(next, { path, created: false, exposed: false });
  t.is(next.keys[0].id, first.keys[0].id);
});

test("of many that start at once all get the same key", async (t) => {
  const folder = await temporaryFolder(t);
  const databasePath = join(folder, "kudos.sqlite");
  const loaded = await Promise.all(Array.from({ length: 20 }, () => loadSecretKeys({ databasePath, fresh: true })));
  t.is(new Set(loaded.map(({ keys }) => keys[0].id)).size, 1);
  t.is(loaded.filter(({ created }) => created).length, 1);
  t.deepEqual(await readdir(folder), ["kudos.sqlite.key"]);
});

test("a database that is not fresh never gets a new key", async (t) => {
  const folder = await temporaryFolder(t);
  const databasePath = join(folder, "kudos.sqlite");
  const error = await t.throwsAsync(loadSecretKeys({ databasePath, fresh: false }), {
    instanceOf: SecretKeyUnavailable,
  });
  t.regex(error.message, /^the key file [^\n]*kudos\.sqlite\.key [^\n]*missing; restore it, or set SECRET_KEY$/);
  t.deepEqual(await readdir(folder), []);
});

test("the setting wins over the file, and no file is made for it", async (t) => {
  const folder = await temporaryFolder(t);
  const secretKey = `${generateSecretKey()},${generateSecretKey()}`;
  const loaded = await loadSecretKeys({ secretKey, databasePath: join(folder, "kudos.sqlite"), fresh: true });
  t.deepEqual(
    loaded.keys.map(({ id }) => id),
    parseSecretKeys(secretKey).map(({ id }) => id),
  );
  t.like(loaded, { path: null, created: false, exposed: false });
  t.deepEqual(await readdir(folder), []);
});

test("a bad setting or file stops the start with one line that shows nothing of it", async (t) => {
  const folder = await temporaryFolder(t);
  const databasePath = join(folder, "kudos.sqlite");
  const bad = "hunter2-hunter2";
  const setting = loadSecretKeys({ secretKey: bad, databasePath, fresh: true });
  await writeFile(`${databasePath}.key`, bad);
  const file = loadSecretKeys({ databasePath, fresh: true });
  await writeFile(join(folder, "empty"), "");
  const empty = loadSecretKeys({ secretKeyFile: join(folder, "empty"), databasePath, fresh: true });
  for (const [attempt, source] of [
    [setting, "SECRET_KEY"],
    [file, "kudos.sqlite.key"],
    [empty, "empty"],
  ] as const) {
    const { message } = await t.throwsAsync(attempt, { instanceOf: SecretKeyUnavailable });
    t.true(message.includes(source), message);
    t.false(message.includes("hunter2") || message.includes("\n"));
  }
});

test("a file of one's own choice is read, or made for a fresh database, also in memory", async (t) => {
  const folder = await temporaryFolder(t);
  const secretKeyFile = join(folder, "my.key");
  const made = await loadSecretKeys({ secretKeyFile, databasePath: ":memory:", fresh: true });
  t.like(made, { path: secretKeyFile, created: true });
  const read = await loadSecretKeys({ secretKeyFile, databasePath: join(folder, "kudos.sqlite"), fresh: false });
  t.is(read.keys[0].id, made.keys[0].id);
  t.is(parseSecretKeys(await readFile(secretKeyFile, "utf8"))[0].id, made.keys[0].id);
});

test("for a database in memory the key stays in memory, another one each time", async (t) => {
  const [one, two] = await Promise.all([1, 2].map(() => loadSecretKeys({ databasePath: ":memory:", fresh: true })));
  t.is(one?.path, null);
  t.not(one?.keys[0].id, two?.keys[0].id);
});

test("a key file that others can read is told of", async (t) => {
  const databasePath = join(await temporaryFolder(t), "kudos.sqlite");
  await loadSecretKeys({ databasePath, fresh: true });
  await chmod(`${databasePath}.key`, 0o640);
  t.true((await loadSecretKeys({ databasePath, fresh: false })).exposed);
});

test("a key file that cannot be made or read stops the start with one line, and leaves nothing", async (t) => {
  const folder = await temporaryFolder(t);
  const missing = join(folder, "missing", "kudos.sqlite");
  const made = loadSecretKeys({ databasePath: missing, fresh: true });
  await mkdir(join(folder, "kudos.sqlite.key"));
  const read = loadSecretKeys({ databasePath: join(folder, "kudos.sqlite"), fresh: true });
  t.regex(
    (await t.throwsAsync(made, { instanceOf: SecretKeyUnavailable })).message,
    /^the key file \S+ cannot be made;[^\n]*$/,
  );
  t.regex(
    (await t.throwsAsync(read, { instanceOf: SecretKeyUnavailable })).message,
    /^the key file \S+ cannot be read;[^\n]*$/,
  );
  t.deepEqual(await readdir(folder), ["kudos.sqlite.key"]);
});
