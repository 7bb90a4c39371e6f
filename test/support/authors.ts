import type { ServerOnDisk } from "./database-file.ts";

type Sql = ServerOnDisk["sql"];

/** Gives a user the role of an author, by a write to the database. */
export async function grantAuthor(sql: Sql, userId: number): Promise<void> {
  await sql("insert into user_role (user_id, role_id) select ?, id from role where name = 'author'", userId);
}

/** Takes the role of an author from a user, by a write to the database. */
export async function revokeAuthor(sql: Sql, userId: number): Promise<void> {
  await sql("delete from user_role where user_id = ?", userId);
}

/** Gives a user the role of a system that looks tokens up, by a write to the database. */
export async function grantResourceServer(sql: Sql, userId: number): Promise<void> {
  await sql("insert into user_role (user_id, role_id) select ?, id from role where name = 'resource-server'", userId);
}
