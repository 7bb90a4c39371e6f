import { defineCommand } from "./command.ts";

/** The commands for the database as a whole: see commands.ts. */
export const DATABASE_COMMANDS = {
  migrate: defineCommand({
    summary: "make the database, or bring it up to date, or move it to PostgreSQL by --to",
    details: `A new database gets its key file and, unless SAMPLE_DATA=off or NODE_ENV=production, 100 sample articles, as at the first start of
the server, which migrates, too.
Stop the servers of the version before: they do not know the new tables.

With --to a whole SQLite database moves to a PostgreSQL one, which createdb has made, or which only migrate or a first start has filled:
users keep passwords, tokens, sessions, second factors, passkeys, events, mails that wait and limits of attempts; ids stay, and none is
given again. It refuses a target with any row that is not the source's, and a value that PostgreSQL cannot hold, which it names: nothing
is changed. Stop the servers first: it refuses while another process has the file open, and none can open it before the end. The file stays
as it is. All is one transaction: broken off at any moment it leaves the target as it was; run it again. Before the commit each table is
read back and compared by the number of its rows and a digest. 10^6 likes take about half a minute.
The key file goes to the default place of the target, data/DATABASE.postgresql.key below this folder, and replaces no other key; SECRET_KEY
and SECRET_KEY_FILE have to be set for the new servers as they are here. Every user of the machine can see URL: leave its password out,
and set PGPASSWORD or ~/.pgpass. Then start with DATABASE_URL=URL.`,
    operands: [],
    options: {
      to: { type: "string", value: "URL", help: "move the database to postgresql://user@host:5432/database" },
    },
    run: async (call) => {
      if (call.options.to === undefined) return (await import("./commands/database.ts")).migrateDatabase(call);
      return (await import("./commands/move.ts")).moveDatabase(call);
    },
  }),
  seed: defineCommand({
    summary: "put the 100 sample articles into a database without articles, or take them out",
    details: `A new database has them already, unless SAMPLE_DATA=off or NODE_ENV=production. One that has articles stays as it is.
With --undo the sample articles that nobody has changed are deleted, and their likes with them.`,
    operands: [],
    options: { undo: { type: "boolean", help: "delete the sample articles" } },
    run: async (call) => (await import("./commands/database.ts")).seedDatabase(call),
  }),
};
