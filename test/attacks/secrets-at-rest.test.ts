import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import test from "ava";
import { grantAuthor } from "../support/authors.ts";
import { type ServerOnDisk, startServerOnDisk } from "../support/database-file.ts";
import { cookiesOf, PASSWORD, post, type TestServer } from "../support/server.ts";

const NEXT = "vK8#qz2w!pL5-but-longer";
const TYPO = "hunter2-is-not-the-password";

/** Uses every kind of credential and password; resolves to all secrets that were sent or issued. */
async function busyRun({ server, sql }: ServerOnDisk): Promise<Map<string, string>> {
  const secrets = new Map([
    ["password", PASSWORD],
    ["new password", NEXT],
    ["mistyped password", TYPO],
  ]);
  const tell = (name: string, secret: string | undefined): string => {
    if (!secret) throw new Error(`no ${name}`);
    secrets.set(name, secret);
    return secret;
  };
  const read = async (response: Response) => JSON.parse(await response.text()).response;
  for (const name of ["ada", "bob"]) {
    const email = `${name}@example.com`;
    const credentials = { email, password: PASSWORD };
    const { user } = await read(await post(server, "/register?include_auth_token", credentials));
    const token = tell(`${name}'s token`, user.authentication_token);
    const login = await post(server, "/login", credentials);
    const { kudos_session: session, kudos_device: device } = cookiesOf(login);
    const cookie = tell(`${name}'s cookie`, session?.value);
    tell(`${name}'s device`, device?.value);
    const csrf = tell(`${name}'s CSRF token`, (await read(login)).csrf_token);
    const by = { "Authentication-Token": token };
    const visit = { Cookie: `kudos_session=${cookie}; kudos_device=${device?.value}`, "X-CSRF-Token": csrf };
    const narrow = await read(await post(server, "/login?include_auth_token", { ...credentials, scopes: ["account"] }));
    tell(`${name}'s narrowed token`, narrow.user.authentication_token);
    const derived = await post(server, "/api/tokens", { name: "derived" }, visit);
    tell(`${name}'s derived token`, JSON.parse(await derived.text()).authentication_token);
    await grantAuthor(sql, user.id);

    await post(server, "/login", { email, password: TYPO }, visit);
    await post(server, "/login", { email: TYPO, password: TYPO });
    await post(server, "/login", { email: `${TYPO}@example.com`, password: [TYPO] });
    await post(server, "/login?include_auth_token", { ...credentials, token_name: "laptop" }, visit);
    await post(server, "/verify", { password: TYPO }, by);
    await post(server, "/verify", { password: PASSWORD }, visit);
    await post(server, "/change", { password: TYPO, new_password: NEXT }, by);
    await post(server, "/change", { password: PASSWORD, new_password: TYPO, new_password_confirm: NEXT }, by);
    await server.request("/api/articles/1/likes", { method: "POST", headers: by });
    await post(server, "/api/articles", { title: "A", author: "B" }, by);
    await server.request(`/api/tokens?${token}`, { headers: by });
    await server.request("/api/sessions", { headers: visit });
    await server.request("/api/test", { headers: { Authorization: `Bearer ${token}x` } });
    await server.request("/api/test_session", { headers: { Cookie: `kudos_session=${cookie}x` } });
    await server.request("/", { headers: { ...visit, Accept: "text/html" } });
    await server.request("/logout", { method: "POST", headers: { Cookie: `kudos_session=${cookie}` } });
    if (name === "bob") {
      const changed = await post(server, "/change", { password: PASSWORD, new_password: NEXT }, visit);
      tell("bob's later CSRF token", (await read(changed)).csrf_token);
    }
  }
  return secrets;
}

/** The spellings by which a secret could be found: the whole and a part of it in several encodings, and its plain digests. */
function spellings(secret: string): string[] {
  const parts = secret.length > 60 ? [secret, secret.slice(30, 55)] : [secret];
  const hash = (encoding: "hex" | "base64" | "base64url") => createHash("sha256").update(secret).digest(encoding);
  return [
    ...parts.flatMap((part) => [part, encodeURIComponent(part), Buffer.from(part).toString("hex"), ...base64(part)]),
    hash("hex"),
    hash("base64").slice(0, 42),
    hash("base64url").slice(0, 42),
    // The bytes of the secret part, in another encoding.
    ...(secret.startsWith("kudos") ? [Buffer.from(secret.slice(-49, -6), "base64url").toString("hex")] : []),
  ];
}

/** The base64 of the text inside the base64 of a longer text, for each of the three offsets. */
function base64(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.from(" ".repeat(offset) + text).toString("base64");
    const inner = encoded.slice(offset === 0 ? 0 : 4, -4);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

async function columns({ sql }: ServerOnDisk): Promise<{ where: string; value: unknown }[]> {
  const tables = await sql("select name from sqlite_master where type = 'table'");
  const found = await Promise.all(
    tables.map(async ({ name }) =>
      (await sql(`select * from "${name}"`)).flatMap((row) =>
        Object.entries(row).map(([column, value]) => ({ where: `${name}.${column}`, value })),
      ),
    ),
  );
  return found.flat();
}

async function files(path: string): Promise<Buffer[]> {
  const folder = dirname(path);
  const names = (await readdir(folder)).filter((name) => name.includes(".sqlite"));
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

test("a copy of the database and of the log, after a busy run, holds no secret of it in any spelling", async (t) => {
  const started = await startServerOnDisk(t, { environment: { RATE_LIMITS: "on" } });
  const { server } = started;
  const secrets = await busyRun(started);
  t.is(secrets.size, 16);
  await server.stop();
  const values = await columns(started);
  t.true(values.length > 400);
  const bytes = await files(server.databasePath);
  t.true(
    bytes.some((file) => file.includes("ada@example.com")),
    "these are the files",
  );
  const log = server.log();
  t.true(log.includes('"login_failed"') && log.includes('"path":"/change"'));
  for (const [name, secret] of secrets) {
    for (const spelling of new Set(spellings(secret))) {
      t.true(spelling.length >= 12, `${name}: ${spelling}`);
      for (const { where, value } of values) t.false(String(value).includes(spelling), `${name} in ${where}`);
      t.false(
        bytes.some((file) => file.includes(spelling)),
        `${name} in the file`,
      );
      t.false(log.includes(spelling), `${name} in the log`);
    }
  }
  t.notRegex(log, /kudoss?_[\w-]{10}|\$scrypt\$|insert into|update "|select /i);
});

function withChecksum(body: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return body + sum.toString("base64url");
}

/** The header fields of all credentials, with a value that is tried as a credential. */
function carriers(value: string): Record<string, string>[] {
  return [
    { "Authentication-Token": value },
    { Authorization: `Bearer ${value}` },
    { Cookie: `kudos_session=${value}` },
    { Cookie: `kudos_device=${value}` },
  ];
}

async function opens(server: TestServer, headers: Record<string, string>): Promise<boolean> {
  return (await server.request("/api/me", { headers })).status !== 401;
}

test("no value of a column works as a credential, nor one that is put together from a row", async (t) => {
  const started = await startServerOnDisk(t, { environment: { RATE_LIMITS: "on" } });
  const { server, sql } = started;
  const secrets = await busyRun(started);
  const token = secrets.get("ada's token") ?? "";
  const session = secrets.get("ada's cookie") ?? "";
  t.true(await opens(server, { "Authentication-Token": token }), "it is not that nothing works");

  const texts = new Set((await columns(started)).map(({ value }) => String(value)));
  const rows = [...(await sql("select * from access_token")), ...(await sql("select * from session"))];
  const made = rows.flatMap(({ id, digest, renewal }) =>
    [digest, String(renewal).split(".").at(-1)].flatMap((secret) =>
      ["kudos_", "kudoss_"].map((prefix) => withChecksum(`${prefix}${id}${secret}`)),
    ),
  );
  t.true(made.length >= 8);
  const sendable = [...texts, ...made].filter((text) => /^[!-~]+( [!-~]+)*$/.test(text) && !text.includes(";"));
  for (const text of sendable) {
    for (const headers of carriers(text)) t.false(await opens(server, headers), text);
  }
  for (const text of [...sendable, ...made]) {
    const csrf = { Cookie: `kudos_session=${session}`, "X-CSRF-Token": text };
    t.is((await server.request("/logout", { method: "POST", headers: csrf })).status, 403, text);
  }
  for (const { password_hash } of await sql("select password_hash from user")) {
    const { status } = await post(server, "/login", { email: "ada@example.com", password: password_hash });
    t.is(status, 400);
  }
});
