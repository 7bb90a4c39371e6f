import { defineCommand } from "../command.ts";

/** The commands that copy the database as a whole, and put a copy back: see commands.ts. */
export const BACKUP_COMMANDS = {
  backup: defineCommand({
    summary: "write a whole copy of the database, also while servers run",
    details: `Writes FILE, which must not exist, and beside it FILE.key, the key file: both are readable by their owner only. Without the key
every token and session is dead; with it whoever has both can sign in as anybody, so keep them apart where you can. Keys that come from
SECRET_KEY are not written. A plain copy of a database that is being served is no backup: what is only in its log is not in it.

To restore: stop the servers; kudos restore FILE; start.`,
    operands: ["FILE"],
    run: async (call) => (await import("./backup.ts")).backUp(call),
  }),
  restore: defineCommand({
    summary: "put a backup in the place of the database, and end the access that it would bring back",
    details: `Stop the servers first: while one has the database open, this is refused. FILE is copied, read through and brought up to date, and
takes the place of DATABASE_URL as a whole or not at all; FILE.key, if it is there, that of the key file, unless that one has its keys. What
was there stays beside it, as *.before-TIME; delete it once all is well.

A restore begins a new generation of every user: no token, session, mailed link or code works, those of the backup and those that were
ended since alike. All users sign in again, by their passwords, second factors and passkeys as they were then. That holds for a backup that
is put in place by hand, too: its first start does it. --keep-access leaves tokens and sessions of the backup alive until they expire, and
with them those that were ended since: for a copy that is to be looked at, not for a server.

What else was true then is true again: old passwords, accounts that were deactivated since, roles that were taken away, recovery codes that
were used; accounts, likes and articles since then are gone. kudos events shows until when the backup goes, and kudos doctor what is wrong.`,
    operands: ["FILE"],
    options: {
      "keep-access": {
        type: "boolean",
        help: "tokens and sessions of the backup go on working, also those ended since",
      },
    },
    run: async (call) => (await import("./backup.ts")).restore(call),
  }),
};
