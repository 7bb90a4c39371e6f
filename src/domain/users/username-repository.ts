import { marks, type Queryable, runStatement } from "../query.ts";

/** The most values in one statement: less than any database takes. */
const ASKED_AT_ONCE = 500;

/** The address of the user with a normalised user name; undefined where nobody has it. */
export async function findAddressByUsername(db: Queryable, username: string): Promise<string | undefined> {
  const [row] = await runStatement<{ email: string }>(db, 'select email from "user" where username = ?', [username]);
  return row?.email;
}

/** Whether any account has a user name. The index answers it in one step. */
export async function hasUsernames(db: Queryable): Promise<boolean> {
  return (await runStatement(db, 'select 1 from "user" where username > ? limit 1', [""])).length > 0;
}

/** The user names among some that accounts have; each is normalised. */
export async function findTakenUsernames(db: Queryable, usernames: readonly string[]): Promise<Set<string>> {
  const taken = new Set<string>();
  for (let start = 0; start < usernames.length; start += ASKED_AT_ONCE) {
    const asked = usernames.slice(start, start + ASKED_AT_ONCE);
    const sql = `select username from "user" where username in (${marks(asked)})`;
    for (const { username } of await runStatement<{ username: string }>(db, sql, asked)) taken.add(username);
  }
  return taken;
}
