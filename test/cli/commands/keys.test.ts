import { chmod, chown, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { decodeProtectedHeader } from "jose";
import { parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { exchange, introspect } from "../../support/exchanging.ts";
import { createUser, openShop, type Shop } from "../../support/kudos.ts";
import { databaseIn } from "../../support/migrated-database.ts";
import { holdDatabase } from "../../support/other-process.ts";
import { PASSWORD, signUp, startServer } from "../../support/server.ts";
import { testsOfSqlite } from "../../support/sqlite.ts";

test.after.always(endSharedProcess);

const fileTest = testsOfSqlite("is about the key beside a file");

/** A server in this process, on the database of a {@link Shop}; the commands run in other processes. */
async function serve(t: ExecutionContext, { folder }: Shop) {
  const { request, stop } = await startServer(t, { environment: { DATABASE_URL: `sqlite:${databaseIn(folder)}` } });
  const statuses = async (token: string, cookie: string) => {
    const [byToken, byCookie] = await Promise.all([
      request("/api/test", { headers: { "Authentication-Token": token } }),
      request("/api/test_session", { headers: { Cookie: cookie } }),
    ]);
    return [byToken.status, byCookie.status];
  };
  const signIn = async (query: string) => {
    const response = await request(`/login${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
    });
    const [cookie = ""] = (response.headers.getSetCookie()[0] ?? "").split(";");
    const { response: told } = JSON.parse(await response.text());
    return { token: String(told.user.authentication_token), cookie };
  };
  return { statuses, signIn, stop };
}

function keyIds(text: string): string[] {
  return parseSecretKeys(text).map(({ id }) => id);
}

fileTest(
  "keys rotate: signs nobody out, not of a running server and not of a restarted one, which signs with the new key",
  async (t) => {
    const shop = await openShop(t);
    await createUser(shop);
    const path = join(shop.folder, "kudos.sqlite.key");
    const before = await readFile(path, "utf8");
    const running = await serve(t, shop);
    const [{ token }, { cookie }] = [await running.signIn("?include_auth_token"), await running.signIn("")];

    const { code, stdout, stderr } = await shop.kudos(["keys", "rotate"]);
    t.is(code, 0, stderr);
    t.regex(stdout, /has 2 keys now\. Restart the server to sign with the new one; nobody is signed out\.\n$/);
    const after = await readFile(path, "utf8");
    t.true(after.endsWith(`\n${before}`), "the older key follows the new one");
    for (const key of after.trim().split("\n")) t.false(stdout.includes(key));
    t.is((await stat(path)).mode & 0o777, 0o600);
    t.deepEqual(await running.statuses(token, cookie), [200, 200]);
    const { token: meanwhile } = await running.signIn("?include_auth_token");
    await running.stop();

    const restarted = await serve(t, shop);
    t.deepEqual(await restarted.statuses(token, cookie), [200, 200]);
    t.deepEqual(await restarted.statuses(meanwhile, cookie), [200, 200]);
    const { token: last } = await restarted.signIn("?include_auth_token");
    t.deepEqual(await restarted.statuses(last, cookie), [200, 200]);
    const [newest, oldest] = keyIds(after);
    const signed = shop.sql("select key_id from access_token order by created_at").map(({ key_id: id }) => id);
    t.deepEqual(signed, [oldest, oldest, newest]);
  },
);

fileTest(
  "keys rotate: of two servers each takes what the other signs, while they are restarted one after the other",
  async (t) => {
    const shop = await openShop(t);
    await createUser(shop);
    const [staying, leaving] = [await serve(t, shop), await serve(t, shop)];
    t.is((await shop.kudos(["keys", "rotate"])).code, 0);
    await leaving.stop();
    const restarted = await serve(t, shop);
    for (const [signing, other] of [
      [restarted, staying],
      [staying, restarted],
    ] as const) {
      const [{ token }, { cookie }] = [await signing.signIn("?include_auth_token"), await signing.signIn("")];
      t.deepEqual(await other.statuses(token, cookie), [200, 200]);
    }
    t.is(new Set(shop.sql("select key_id from access_token").map(({ key_id: id }) => id)).size, 2);
  },
);

fileTest("keys rotate: every key is kept, in order, and nothing is left beside the file", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "kudos.sqlite.key");
  // The new file must be readable by its owner only, although the old one is readable by all.
  await chmod(path, 0o644);
  const ids = [keyIds(await readFile(path, "utf8"))];
  for (const keys of [2, 3]) {
    t.deepEqual(await shop.json(["keys", "rotate"]), { key_file: path, keys });
    ids.unshift(keyIds(await readFile(path, "utf8")));
    t.deepEqual(ids[0]?.slice(1), ids[1]);
    t.is((await stat(path)).mode & 0o777, 0o600);
  }
  t.deepEqual((await readdir(shop.folder)).toSorted(), ["kudos.sqlite", "kudos.sqlite.key"]);
});

fileTest("keys rotate: several at once take turns, and no key is lost", async (t) => {
  const shop = await openShop(t);
  const answers = await Promise.all(Array.from({ length: 3 }, () => shop.kudos(["keys", "rotate", "--json"])));
  t.deepEqual(answers.map(({ stdout }) => JSON.parse(stdout).keys).toSorted(), [2, 3, 4]);
  t.is(keyIds(await readFile(join(shop.folder, "kudos.sqlite.key"), "utf8")).length, 4);
});

fileTest("keys rotate: replaces what a link leads to, with the owner it had", async (t) => {
  const shop = await openShop(t);
  const [file, link] = [join(shop.folder, "real.key"), join(shop.folder, "link.key")];
  await writeFile(file, `${Buffer.alloc(32, 7).toString("base64url")}\n`, { mode: 0o600 });
  await symlink(file, link);
  // Only root can change the owner of a file; for other users the owner is the same before and after.
  if (process.getuid?.() === 0) await chown(file, 12_345, 12_345);
  const { uid, gid } = await stat(file);
  const answer = await shop.json<{ keys: number }>(["keys", "rotate"], {
    environment: { SECRET_KEY_FILE: "link.key" },
  });
  t.is(answer.keys, 2);
  t.is(keyIds(await readFile(file, "utf8")).length, 2);
  const now = await stat(file);
  t.deepEqual([now.uid, now.gid], [uid, gid]);
});

fileTest("keys rotate: refused with one line, and the file stays as it was", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "kudos.sqlite.key");
  const before = await readFile(path, "utf8");
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ SECRET_KEY: Buffer.alloc(32, 1).toString("base64url") }, /^the keys come from SECRET_KEY: put a new one first/],
    [{ SECRET_KEY_FILE: "missing.key" }, /missing\.key .*is missing/],
    [{ DATABASE_URL: "sqlite:./missing.sqlite" }, /^there is no database at .*missing\.sqlite yet/],
    [{ DATABASE_URL: "sqlite::memory:" }, /^a database in memory/],
  ];
  for (const [environment, reason] of cases) t.regex(await shop.refused(["keys", "rotate"], { environment }), reason);
  const letGo = await holdDatabase(t, join(shop.folder, "kudos.sqlite"), "begin immediate");
  t.regex(await shop.refused(["keys", "rotate"]), /locked by another process/);
  await letGo();
  t.is(await readFile(path, "utf8"), before);
  await writeFile(path, "hunter2\n");
  const line = await shop.refused(["keys", "rotate"]);
  t.regex(line, /a key is 32 random bytes in base64url/);
  t.false(line.includes("hunter2"));
  t.is(await readFile(path, "utf8"), "hunter2\n");
});

test("keys create: prints a key that a server takes, another one each time, and makes no file", async (t) => {
  const shop = await openShop(t, { migrated: false });
  const { key } = await shop.json<{ key: string }>(["keys", "create"]);
  t.regex(key, /^[\w-]{43}$/);
  const { code, stdout, stderr } = await shop.quickly(["keys", "create"], {
    environment: { DATABASE_URL: "sqlite:/missing/x" },
  });
  t.deepEqual([code, stderr], [0, ""]);
  t.regex(stdout, /^[\w-]{43}\n$/);
  t.not(stdout.trim(), key);
  t.deepEqual(await readdir(shop.folder), []);
  const server = await startServer(t, { environment: { SECRET_KEY: `${key},${stdout.trim()}` } });
  t.truthy((await signUp(server)).token);
});

test("keys rotate --jwt: the next key is published at once, beside the one that signs, and a second call does nothing", async (t) => {
  const shop = await openShop(t);
  const server = await startServer(t, {
    environment: { ...shop.database, JWT_AUDIENCES: "reports" },
  });
  const ada = await signUp(server);
  const kids = async () => {
    const { data } = await server.client.GET("/.well-known/jwks.json");
    return data?.keys.map(({ kid }) => kid);
  };
  const signer = async () => {
    const { jwt } = await exchange(server, ada.token, { audience: "reports" });
    return decodeProtectedHeader(jwt).kid;
  };
  const first = await signer();
  const { key_id: next, made } = await shop.json<{ key_id: string; made: boolean }>(["keys", "rotate", "--jwt"]);
  t.true(made);
  t.deepEqual([await kids(), await signer()], [[first, next], first]);
  const { stdout } = await shop.quickly(["keys", "rotate", "--jwt"]);
  t.regex(stdout, /^The key [\w-]{43} is published already, and signs JWTs from 20\S+Z on; nothing was done\.\n$/);
  t.deepEqual(await kids(), [first, next]);
});

fileTest("keys rotate: JWTs from before verify, and are signed, after a restart with the new secret key", async (t) => {
  const shop = await openShop(t);
  const environment = {
    DATABASE_URL: `sqlite:${databaseIn(shop.folder)}`,
    JWT_AUDIENCES: "reports",
    PUBLIC_URL: "https://kudos.example",
  };
  const server = await startServer(t, { environment });
  const ada = await signUp(server);
  const { jwt } = await exchange(server, ada.token, { audience: "reports" });
  t.is((await shop.quickly(["keys", "rotate"])).code, 0);
  const meanwhile = await exchange(server, ada.token, { audience: "reports" });
  await server.stop();
  const [before] = shop.sql("select private_key from signing_key");
  const restarted = await startServer(t, { environment });
  const after = await exchange(restarted, ada.token, { audience: "reports" });
  for (const issued of [jwt, meanwhile.jwt, after.jwt]) t.true((await introspect(restarted, ada, issued)).active);
  const [anew] = shop.sql("select private_key from signing_key");
  const [newest = ""] = keyIds(await readFile(join(shop.folder, "kudos.sqlite.key"), "utf8"));
  t.not(String(before?.private_key).slice(0, 8), newest);
  t.is(String(anew?.private_key).slice(0, 8), newest);
});
