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
  backup: defineCommand({
    summary: "write a whole copy of the database, also while servers run",
    details: `Writes FILE, which must not exist, and beside it FILE.key, the key file: both are readable by their owner only. Without the key
every token and session is dead; with it whoever has both can sign in as anybody, so keep them apart where you can. Keys that come from
SECRET_KEY are not written. A plain copy of a database that is being served is no backup: what is only in its log is not in it.

To restore: stop the servers; delete what is at the path of DATABASE_URL and its files ending in -wal and -shm; put FILE at that path and
FILE.key at the path of the key file; start. A log of what was there before must not lie beside a copy: the start refuses that.

An old backup brings back what was true then. Tokens and sessions that were ended since work again until they expire, and so do old
passwords, accounts that were deactivated since, and roles that were taken away; accounts, likes and articles since then are gone. To end
all tokens and sessions, start with a new key in place of FILE.key (kudos keys create); to end those of one user, kudos users reset-access.`,
    operands: ["FILE"],
    run: async (call) => (await import("./database.ts")).backUp(call),
  }),
};

/** The commands for an API of one's own: see commands.ts. */
export const CONTRACT_COMMANDS = {
  init: defineCommand({
    summary: "make a new API of one's own from the parts of this one",
    details: `DIR must be empty or not there. The parts are copied, so that the project owns its code: what serves an OpenAPI document, HTTP, and with
--auth accounts, passwords, tokens, sessions, their limits and their database, as they are here, without articles, likes and pages. Without
either option it is asked for at a terminal. npm install && npm test in DIR shows that all of it works.`,
    operands: ["DIR"],
    options: {
      name: {
        type: "string",
        value: "NAME",
        help: "its name as a package, on the wire and of its files; that of DIR if left out",
      },
      auth: { type: "boolean", help: "with accounts, tokens and sessions" },
      "no-auth": { type: "boolean", help: "with one sample operation, and nothing else" },
    },
    run: async (call) => (await import("./own-api.ts")).initApi(call),
  }),
  generate: defineCommand({
    summary: "write the types of an OpenAPI document, for handlers that are served by kudos/contract",
    details: `Writes openapi.ts, by openapi-typescript; principals.ts, which says where a handler has a principal; security-schemes.ts; and
contract.json, by which a document without faults starts faster. Needs openapi-typescript and TypeScript 5 beside kudos:
npm install --save-dev openapi-typescript typescript@5`,
    operands: [],
    options: {
      document: { type: "string", value: "FILE", help: "the document; openapi.yaml if left out" },
      folder: { type: "string", value: "DIR", help: "where to write; generated if left out" },
      check: { type: "boolean", help: "write nothing, and refuse when a file is not what would be written" },
    },
    run: async (call) => (await import("./own-api.ts")).generateTypes(call),
  }),
};

/** The commands for secret keys: see commands.ts. */
export const KEY_COMMANDS = {
  "keys create": defineCommand({
    summary: "print a new secret key",
    details: `For SECRET_KEY, or for a key file that is made by hand: 32 random bytes in base64url. Nothing else is done: no file is written, and
no database is opened. A first start without either setting makes its own key file.`,
    operands: [],
    run: async () => (await import("./new-key.ts")).createKey(),
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
