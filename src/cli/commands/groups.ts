import { defineCommand } from "../command.ts";
import { SALT_HINT } from "./user-output.ts";

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

/** The commands that test a server, of Kudos or any other: see commands.ts. */
export const CONFORM_COMMANDS = {
  conform: defineCommand({
    summary: "hold any running server to its OpenAPI document, by generated requests",
    details: `It changes and deletes what is on the server, and may end the credentials that it is given: have it test a server made for it.
URL takes the place of the document's servers, with its path if they have one. The document is OpenAPI 3.0, 3.1 or 3.2, YAML or JSON, in
one file. Each operation gets requests made of its schemas and examples; then:
  - valid requests get a success or a refusal that is declared, also at the edges: longest, least, empty, emoji, null, every alternative
  - one violation at a time gets a declared 4xx: missing, null, of another type, too long, out of range, not in the enum, not of the
    pattern or format, not declared; malformed JSON, another media type, longer than x-max-bytes
  - each answer has a declared status, media type, content, and headers; 204, 304 and HEAD have no content; 5xx is a fault, declared or not
  - a method that is not declared gets 405 with the right Allow, and an unknown path 404; HEAD is answered as GET is
  - secured operations refuse no credential, garbage, and credentials of other schemes by 401 or 403; a 401 has WWW-Authenticate
  - links are followed four steps deep and lead to what is there; what DELETE took away is no more to be read or changed
What an operation needs is made by those that link to it, by Location, or by the collection above its path. 429 and 503 are no faults
where they are declared, and are counted; operations that never succeeded are listed as not exercised.
Each fault comes with its least request, as a command of curl with credentials as variables, and with --seed and --path to see it again.
A server that limits attempts answers much by 429: test one without, as Kudos is with RATE_LIMITS=off.
A credential is named by its security scheme; every user of the machine can see one that is an argument, so better name a variable or a
file. HTTP Basic takes user:password, a cookie its value; a server that takes cookies from its own pages alone, as Kudos does, wants
--header 'Sec-Fetch-Site: same-origin' with it. Example:
  TOKEN=… kudos conform http://localhost:8080 --spec openapi.yaml --credential-env authenticationToken=TOKEN
Exit codes: 0 no fault, 1 faults (or, with --strict, operations not exercised), 2 wrong call, document not usable or server not reached.`,
    operands: ["URL"],
    options: {
      spec: { type: "string", value: "FILE", help: "the OpenAPI document", required: true },
      credential: {
        type: "string",
        value: "SCHEME=TEXT",
        multiple: true,
        help: "a credential; may be repeated, as the next two",
      },
      "credential-env": { type: "string", value: "SCHEME=VARIABLE", multiple: true, help: "one in a variable" },
      "credential-file": { type: "string", value: "SCHEME=FILE", multiple: true, help: "one in a file" },
      header: {
        type: "string",
        value: "'NAME: VALUE'",
        multiple: true,
        help: "a header of every request; may be repeated",
      },
      operation: { type: "string", value: "ID", multiple: true, help: "check this operation only; may be repeated" },
      exclude: { type: "string", value: "ID", multiple: true, help: "never call this operation; may be repeated" },
      runs: {
        type: "string",
        value: "NUMBER",
        help: "valid requests for each operation (20); other checks are scaled by it",
      },
      timeout: { type: "string", value: "SECONDS", help: "the longest time that an answer may take (10)" },
      seed: { type: "string", value: "NUMBER", help: "the same requests again; printed at the end of each run" },
      path: { type: "string", value: "PATH", help: "with --seed: this one case again, as a fault names it" },
      "fail-fast": { type: "boolean", help: "stop at the first fault" },
      strict: { type: "boolean", help: "fail also where operations were not exercised" },
    },
    run: async (call) => (await import("./conform.ts")).holdServer(call),
  }),
};

/** The command that takes over users: see commands.ts. */
export const IMPORT_COMMANDS = {
  "users import": defineCommand({
    summary: "take over the users of another system, with their passwords",
    details: `Reads the tables user, role and roles_users of a Flask-Security database, and writes nothing to it. FILE is a SQLite file, or a URL:
postgresql://user@host:5432/database or mysql://user@host:3306/database (MariaDB, too); SQLALCHEMY_DATABASE_URI will do. Every user
of the machine can see an argument: leave its password out, and set PGPASSWORD or MYSQL_PWD. All of its users come or none; a user with
an account here is skipped and named, so that it can be run again. bcrypt and argon2 hashes are taken over, and become
scrypt when their users first sign in. A user with a damaged hash, or one of another scheme, comes without a password.
${SALT_HINT}
An authenticator comes along as the second factor, with its recovery codes, where FLASK_SECURITY_TOTP_SECRETS has what encrypts its secret
there (SECURITY_TOTP_SECRETS, as JSON). A user with any other second factor stays out and is named, since the password alone would open the
account here; so does one whose address was never confirmed, if anybody's was. What is known of a user besides (dates, telephone numbers,
passkeys) is left out, and named by its column; sessions and tokens of that system do not work here.
A user name comes along and signs in as the address does; one that another account has, but for case, or that has a space or an @ in it,
is named and left out. Sign in as one of the users afterwards, by code, too: wrong secrets cannot be told from right ones.
Roles come by name. A role that is new here permits what it did there, as far as that is a scope here; one that is here stays as it is. A
role whose name no role can have here is named and left out.`,
    operands: ["FILE"],
    options: {
      from: { type: "string", value: "flask-security", help: "the system that the file comes from", required: true },
      "single-hash": {
        type: "boolean",
        help: "its passwords were hashed without the salt (SECURITY_PASSWORD_SINGLE_HASH)",
      },
      unconfirmed: { type: "boolean", help: "users whose address was never confirmed come, too" },
    },
    run: async (call) => (await import("./user-import.ts")).importUsers(call),
  }),
};
