import { defineCommand } from "../command.ts";

/** The commands by which an operator looks into a running system: see commands.ts. */
export const INSPECTION_COMMANDS = {
  events: defineCommand({
    summary: "show the audit trail, newest first",
    details: `What happened to accounts, when, by whom and from which network address: sign-ins and those that failed, tokens and sessions that were
made and ended, passwords, roles, second factors, addresses. The actor is user:ID, cli (these commands) or anonymous. No secret is in it.
An event is deleted at the age of EVENT_DAYS, by the servers that run; the last line tells the age.
A TIME is a date, 2026-01-31 (its beginning in UTC), or a time with a zone, 2026-01-31T12:00:00Z.`,
    operands: [],
    options: {
      user: {
        type: "string",
        value: "EMAIL",
        help: "of this account only; or its id, also when it has been deleted",
      },
      kind: {
        type: "string",
        value: "KIND",
        multiple: true,
        help: "of this kind only, such as login_failed; may be repeated",
      },
      after: { type: "string", value: "TIME", help: "at this time or later" },
      before: { type: "string", value: "TIME", help: "before this time" },
      limit: { type: "string", value: "NUMBER", help: "the most events, up to 100000 (100)" },
    },
    run: async (call) => (await import("./events.ts")).showEvents(call),
  }),
  doctor: defineCommand({
    summary: "say what is wrong with settings, keys, database, mail, server and proxy, and what to do",
    details: `Run it with the environment of the server, before a start or while it runs: it changes nothing and sends no mail. It looks at
  settings   those that no start accepts, names that are nearly settings, what production and a proxy need
  database   missing, locked, damaged, not up to date or newer, its log gone, who can open it, room on the disk
             on PostgreSQL also its version, encoding, durability, rights, connections left, clock, timeouts, and a pooler in between
  keys       missing, open to others, not those that tokens and sessions were signed with
  mail       whether the server answers and knows the password, or the folder can be written to; messages that do not go
  server     what listens at HOST and PORT: nothing, another program, or Kudos, whether it is ready, and of which version
  proxy      with --url alone: which address the server believes to be asked at, and whether a client can make it believe another
What may be meant is doubtful and fails nothing. Exit codes: 0 nothing is wrong, 1 something is, 2 not understood.`,
    operands: [],
    options: {
      url: {
        type: "string",
        value: "URL",
        help: "the address of browsers, through all proxies, such as https://kudos.example",
      },
    },
    run: async (call) => (await import("./doctor.ts")).examine(call),
  }),
};
