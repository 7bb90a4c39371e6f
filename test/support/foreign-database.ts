import { createHmac, randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { argon2id, bcrypt } from "hash-wasm";

/** The `SECURITY_PASSWORD_SALT` of the Flask application. */
export const SALT = "146585145368132386173505678016728509634";

/** The text that Flask-Security hashes in place of a password: its published `get_hmac`. */
export function getHmac(password: string): string {
  return createHmac("sha512", SALT).update(password.normalize("NFKD")).digest("base64");
}

/** A bcrypt hash like one of passlib: of the first 72 bytes. */
export async function byBcrypt(text: string): Promise<string> {
  const password = Buffer.from(text).subarray(0, 72);
  const hash = await bcrypt({ password, salt: randomBytes(16), costFactor: 5, outputType: "encoded" });
  return hash.replace("$2a$", "$2b$");
}

/** An argon2id hash like one of passlib, at a low cost. */
export function byArgon2(password: string): Promise<string> {
  const cost = { parallelism: 4, iterations: 2, memorySize: 1024, hashLength: 32 };
  return argon2id({ password, salt: randomBytes(16), ...cost, outputType: "encoded" });
}

/** The columns of a user, and the ids of the roles: 1 `author`, 2 `editor`, 3 `reader`. */
export type ForeignUser = readonly [
  email: string | null,
  password: string | null,
  active: number | null,
  ...roles: number[],
];

/** Runs statements on a database, such as to fill columns that {@link foreignDatabase} leaves empty. */
export function changeDatabase(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
}

/** Makes a database with the tables of Flask-Security's models. */
export function foreignDatabase(path: string, users: readonly ForeignUser[]): void {
  const database = new DatabaseSync(path);
  database.exec(`
    create table role (id integer primary key, name varchar(80) not null unique, description varchar(255),
      permissions text, update_datetime datetime not null default current_timestamp);
    create table user (id integer primary key, email varchar(255) unique, username varchar(255), password varchar(255),
      active boolean, fs_uniquifier varchar(64) not null unique, confirmed_at datetime);
    create table roles_users (id integer primary key, user_id integer references user (id), role_id integer references role (id));
    insert into role (id, name, permissions) values
      (1, 'author', 'likes:write'), (2, 'editor', 'admin-read, articles:write'), (3, 'reader', 'admin-read');
  `);
  const insert = database.prepare("insert into user (email, password, active, fs_uniquifier) values (?, ?, ?, ?)");
  const hold = database.prepare("insert into roles_users (user_id, role_id) values (?, ?)");
  for (const [email, password, active, ...roles] of users) {
    const { lastInsertRowid } = insert.run(email, password, active, randomBytes(16).toString("hex"));
    for (const role of roles) hold.run(lastInsertRowid, role);
  }
  database.close();
}

/** The names of types in a server's database for those of a SQLite file. */
const TYPES = {
  postgresql: { boolean: "boolean", datetime: "timestamp", blob: "bytea" },
  mysql: { boolean: "boolean", datetime: "datetime(6)", blob: "blob" },
} as const;

/** The statements that make the same tables as those of a file of {@link foreignDatabase}, with the same rows, on a server. */
export function foreignStatements(path: string, kind: keyof typeof TYPES): string {
  const database = new DatabaseSync(path);
  const statements: string[] = [];
  const literal = (value: unknown, type: string): string => {
    if (value === null) return "null";
    if (type === "boolean") return value === 1 ? "true" : "false";
    return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  };
  for (const { name } of database.prepare("select name from sqlite_master where type = 'table'").all()) {
    const columns = database.prepare(`pragma table_info("${name}")`).all();
    const types = columns.map(({ type }) => {
      const own = String(type).toLowerCase();
      return TYPES[kind][own as keyof (typeof TYPES)[typeof kind]] ?? (own || "text");
    });
    const definitions = columns.map((column, index) => `"${column.name}" ${types[index]}`);
    statements.push(`create table "${name}" (${definitions.join()})`);
    for (const row of database.prepare(`select * from "${name}"`).all()) {
      const values = columns.map((column, index) => literal(row[String(column.name)], types[index] ?? ""));
      statements.push(`insert into "${name}" values (${values.join()})`);
    }
  }
  database.close();
  return statements.map((statement) => `${statement};`).join("\n");
}
