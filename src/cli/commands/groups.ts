import { defineCommand } from "../command.ts";

/** The commands for the database as a whole: see commands.ts. */
export const DATABASE_COMMANDS = {
  migrate: defineCommand({
    summary: "make the database, or bring it up to date",
    details: `A new database gets its key file and, unless SAMPLE_DATA=off or NODE_ENV=production, 100 sample articles, as at the first start of
the server, which migrates, too.
Stop the servers of the version before: they do not know the new tables.`,
    operands: [],
    run: async (call) => (await import("./database.ts")).migrateDatabase(call),
  }),
  seed: defineCommand({
    summary: "put the 100 sample articles into a database without articles, or take them out",
    details: `A new database has them already, unless SAMPLE_DATA=off or NODE_ENV=production. One that has articles stays as it is.
With --undo the sample articles that nobody has changed are deleted, and their likes with them.`,
    operands: [],
    options: { undo: { type: "boolean", help: "delete the sample articles" } },
    run: async (call) => (await import("./database.ts")).seedDatabase(call),
  }),
};

/** The commands for secret keys: see commands.ts. */
export const KEY_COMMANDS = {
  "keys create": defineCommand({
    summary: "print a new secret key",
    details: `For SECRET_KEY, or for a key file that is made by hand: 32 random bytes in base64url. Nothing else is done: no file is written, and
no database is opened. A first start without either setting makes its own key file.`,
    operands: [],
    run: async () => (await import("./keys.ts")).createKey(),
  }),
  "keys rotate": defineCommand({
    summary: "put a new secret key first; nobody is signed out",
    details: `The new key signs, and the older ones go on verifying: every token and session stays good. A running server takes the new key up
within two seconds, to verify with; restart it to sign with it. Restart several servers on one database one after the other: meanwhile each
accepts the tokens and sessions that the others issue.
Not for keys that come from SECRET_KEY: put a new one first there.`,
    operands: [],
    run: async (call) => (await import("./keys.ts")).rotateKeys(call),
  }),
};
