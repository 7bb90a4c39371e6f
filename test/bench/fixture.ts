import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Sqlite, { type Database } from "better-sqlite3";
import { digestCredential, mintCredential } from "../../src/domain/credentials/text.ts";
import { generateSecretKey, parseSecretKeys, type SecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import { ROOT, type SharedDatabase } from "./servers.ts";

/** The database that every server gets a copy of, and the tokens in it. */
export interface Fixture extends SharedDatabase {
  /** Valid tokens, each of a user of its own who likes nothing. */
  readonly tokens: readonly string[];
  /** A token whose row is there and has the digest of another secret. */
  readonly badToken: string;
  readonly expiredToken: string;
  /** A token whose row is gone. */
  readonly revokedToken: string;
  /** A token of a user who is not active. */
  readonly inactiveToken: string;
}

export interface FixtureSize {
  /** The number of valid tokens: at least the number of connections. */
  readonly tokens: number;
  /** The number of users who like every article. */
  readonly likers: number;
}

export const ARTICLES = 100;
const DAY_MS = 86_400_000;

/** Makes a database by `kudos migrate` and `kudos seed`, and fills it with users, tokens and likes. */
export async function makeFixture({ tokens, likers }: FixtureSize): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), "kudos-bench-"));
  const path = join(folder, "kudos.sqlite");
  const secretKey = generateSecretKey();
  const env = { PATH: process.env.PATH, DATABASE_URL: `sqlite:${path}`, SECRET_KEY: secretKey };
  for (const command of ["migrate", "seed"]) {
    await promisify(execFile)(process.execPath, ["src/bin.js", command], { cwd: ROOT, env });
  }
  const database = new Sqlite(path);
  const keys = parseSecretKeys(secretKey);
  try {
    const fill = database.transaction(() => {
      const users = Array.from({ length: tokens }, (_, index) => insertUser(database, `reader-${index}@example.com`));
      const first = users[0] ?? 0;
      const inactive = insertUser(database, "inactive@example.com");
      database.prepare('update "user" set active = 0 where id = ?').run(inactive);
      insertLikes(database, likers);
      return {
        tokens: users.map((userId) => insertToken(database, keys, userId)),
        badToken: insertToken(database, keys, first, { secret: mintCredential("token").secret }),
        expiredToken: insertToken(database, keys, first, { livesMs: -DAY_MS }),
        revokedToken: mintCredential("token").text,
        inactiveToken: insertToken(database, keys, inactive),
      };
    });
    return { folder, secretKey, ...fill() };
  } finally {
    database.close();
  }
}

export function removeFixture({ folder }: Fixture): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

function insertUser(database: Database, email: string): number {
  const insert = 'insert into "user" (email, created_at) values (?, ?)';
  return Number(database.prepare(insert).run(email, Date.now()).lastInsertRowid);
}

/** Stores a token as Kudos issues it; its text. */
function insertToken(
  database: Database,
  keys: SecretKeys,
  userId: number,
  { secret, livesMs = 30 * DAY_MS }: { secret?: string; livesMs?: number } = {},
): string {
  const now = Date.now();
  const minted = mintCredential("token");
  const fields = { id: minted.id, userId, generation: 0, expiresAt: new Date(now + livesMs) };
  const { digest, keyId } = digestCredential(keys, "token", secret ?? minted.secret, fields);
  database
    .prepare(
      "insert into access_token (id, user_id, generation, digest, key_id, created_at, expires_at, name, authenticated_at) " +
        "values (?, ?, 0, ?, ?, ?, ?, 'bench', ?)",
    )
    .run(minted.id, userId, digest, keyId, now, now + livesMs, now);
  return minted.text;
}

function insertLikes(database: Database, likers: number): void {
  const insert = database.prepare("insert into article_like (user_id, article_id, created_at) values (?, ?, ?)");
  for (let liker = 0; liker < likers; liker += 1) {
    const userId = insertUser(database, `liker-${liker}@example.com`);
    for (let article = 1; article <= ARTICLES; article += 1) insert.run(userId, article, Date.now() - DAY_MS);
  }
  database.prepare("update article set like_count = ?").run(likers);
}
