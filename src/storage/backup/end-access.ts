import type { Run } from "../sqlite/backend.ts";

/** What is of no use to anybody once its time has passed, or would open an account again: its rows go, in an order that keys permit. */
const ENDED = [
  ...[
    "access_token",
    "session",
    "refresh_family",
    "pending_sign_in",
    "mailed_secret",
    "factor_setup",
    "passkey_challenge",
  ],
  // A message that waited when the backup was made has most likely been sent since.
  "outgoing_message",
];

/** How far the log of changes of principals goes ahead: past all ids that readers may have seen of the time after the backup. */
const AHEAD = 1_000_000;

/**
 * Makes a backup a database of its own, in the transaction that is open: begins a new generation of every user, so that no token and no
 * session of any time works, and no mailed link or code; passwords, second factors and passkeys stay. Each account has an event of it.
 *
 * @returns the number of users
 */
export async function endAllAccess(run: Run, now: Date): Promise<number> {
  const at = now.getTime();
  for (const table of ENDED) await run(`delete from "${table}"`);
  await run('update "user" set generation = generation + 1');
  await run(
    `insert into "event" (at, kind, user_id, actor, detail) select ${at}, 'access_reset', id, 'cli', 'restore' from "user" order by id`,
  );
  await run(
    'insert into "principal_change" (id, at, user_id, credential, ends) ' +
      `select coalesce(max(id), 0) + ${AHEAD}, ${at}, null, null, 1 from "principal_change"`,
  );
  await run("pragma application_id = 0");
  const [found] = await run('select count(*) as users from "user"');
  return Number(found?.users);
}
