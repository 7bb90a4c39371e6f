import { glob } from "node:fs/promises";
import test from "ava";
import fc from "fast-check";
import { TooManyAttempts } from "../../src/domain/attempts/attempts.ts";
import { HashingQueueFull, PasswordRefused } from "../../src/domain/passwords/errors.ts";
import { NewPasswordRefused, PasswordsDiffer, SecondFactorRequired } from "../../src/operations/steps/errors.ts";
import { PROBLEMS, toProblem } from "../../src/problems/table.ts";
import { DatabaseUnavailable } from "../../src/storage/sqlite/errors.ts";

const SRC = new URL("../../src/", import.meta.url);

/** Folders whose errors can reach a client, without the programs that run in a browser. */
const FOLDERS = "{domain,operations,problems,representation,security,web}/**/*.ts";
const IN_A_BROWSER = ["web/docs/**", "web/view/**"];

/**
 * Errors that no request can meet: a base class, errors of the command line, of the start, of the sender of mails, of what the contract
 * refuses before, one that each sign-in turns into the question for a second factor, and one that only says what another is about.
 */
const NEVER_OVER_HTTP = [
  "DomainError",
  "ScopeUnknown",
  "UserNotFound",
  "RoleNotFound",
  "AssetsUnavailable",
  "DeliveryFailed",
  "SecondFactorMissing",
  "About",
];

type ErrorClass = new (...input: never[]) => Error;

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "function" && value.prototype instanceof Error;
}

async function errorClasses(): Promise<ErrorClass[]> {
  const files = await Array.fromAsync(glob(FOLDERS, { cwd: SRC, exclude: IN_A_BROWSER }));
  const modules = await Promise.all(files.map((file) => import(new URL(file, SRC).href)));
  return modules.flatMap((module) => Object.values(module)).filter(isErrorClass);
}

/** An error of each row, with values where its row reads more than the message. */
const SAMPLES: readonly Error[] = PROBLEMS.map(([kind]) => {
  if (kind === PasswordRefused || kind === NewPasswordRefused)
    return Reflect.construct(kind, [["Too short.", "Known."]]);
  if (kind === PasswordsDiffer) return new PasswordsDiffer("password_confirm");
  if (kind === HashingQueueFull) return new HashingQueueFull(2_500);
  if (kind === TooManyAttempts) return new TooManyAttempts("account", { attempts: 30, windowSeconds: 300 }, 12_000);
  if (kind === SecondFactorRequired)
    return new SecondFactorRequired({
      signInToken: "kudosp_",
      step: "factor",
      methods: [],
      available: [],
      expiresAt: new Date(0),
    });
  return Reflect.construct(kind, []);
});

function tellAll(table = PROBLEMS) {
  return SAMPLES.map((error) => {
    const { problem, headers } = toProblem(error, table) ?? {};
    return { problem, headers };
  });
}

test("each error has the problem of its own row, in whatever order the rows stand", (t) => {
  const expected = tellAll();
  t.deepEqual(
    expected.map(({ problem }) => problem?.type),
    PROBLEMS.map(([, slug]) => `urn:kudos:problem:${slug}`),
  );
  const shuffled = fc.shuffledSubarray([...PROBLEMS], { minLength: PROBLEMS.length });
  fc.assert(fc.property(shuffled, (table) => t.deepEqual(tellAll(table), expected)));
});

test("slugs are unique, and so are classes", (t) => {
  t.is(new Set(PROBLEMS.map(([, slug]) => slug)).size, PROBLEMS.length);
  t.is(new Set(PROBLEMS.map(([kind]) => kind)).size, PROBLEMS.length);
});

test("the slugs that clients know stay what they are", (t) => {
  t.deepEqual(PROBLEMS.map(([, slug, status]) => `${status} ${slug}`).toSorted(), [
    "400 article-refused",
    "400 audience-unknown",
    "400 code-refused",
    "400 confirmation-required",
    "400 email-refused",
    "400 email-taken",
    "400 email-unchanged",
    "400 exchange-unsupported",
    "400 factor-required",
    "400 factor-unavailable",
    "400 grant-type-unsupported",
    "400 identity-missing",
    "400 invalid-credentials",
    "400 invalid-cursor",
    "400 lifetime-refused",
    "400 mailed-code-refused",
    "400 mailed-link-refused",
    "400 new-password-refused",
    "400 no-second-factor",
    "400 passkey-attempt-ended",
    "400 passkey-name-taken",
    "400 passkey-name-unknown",
    "400 passkey-refused",
    "400 passkey-required",
    "400 passkey-unknown",
    "400 password-refused",
    "400 passwords-differ",
    "400 phone-refused",
    "400 refresh-token-refused",
    "400 refresh-token-required",
    "400 scope-exceeded",
    "400 scopes-required",
    "400 session-not-narrowed",
    "400 set-up-ended",
    "400 sign-in-ended",
    "400 subject-token-refused",
    "400 wrong-password",
    "401 credential-ended",
    "401 credential-refused",
    "401 not-fresh",
    "401 not-signed-in",
    "403 cross-site-request",
    "403 factor-not-offered",
    "403 factors-closed",
    "403 jwt-unavailable",
    "403 like-of-another",
    "403 mail-not-configured",
    "403 passkeys-unavailable",
    "403 refresh-tokens-off",
    "403 registration-closed",
    "403 second-factor-required",
    "403 token-not-derivable",
    "403 too-many-passkeys",
    "403 too-many-tokens",
    "404 article-not-found",
    "404 asset-not-found",
    "404 like-not-found",
    "404 passkey-not-found",
    "404 session-not-found",
    "404 token-not-found",
    "406 coding-not-acceptable",
    "412 article-changed",
    "429 too-many-attempts",
    "503 database-busy",
    "503 database-unavailable",
    "503 hashing-queue-full",
    "503 hashing-unavailable",
    "503 not-ready",
  ]);
});

test("every class of errors that can reach a client has a row", async (t) => {
  const classes = await errorClasses();
  const withoutRow = classes.filter((kind) => !PROBLEMS.some(([known]) => known === kind)).map(({ name }) => name);
  t.deepEqual(withoutRow.toSorted(), NEVER_OVER_HTTP.toSorted());
  t.deepEqual(
    PROBLEMS.filter(([kind]) => !classes.includes(kind)),
    [],
  );
});

test("an error of a class without a row is told as the class that it extends", (t) => {
  class OddPasswordRefused extends NewPasswordRefused {}
  t.is(toProblem(new OddPasswordRefused(["Odd."]))?.problem.type, "urn:kudos:problem:new-password-refused");
});

test("an error of SQLite about a busy database is the problem database-busy, whatever its class", (t) => {
  for (const code of ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "SQLITE_PROTOCOL"]) {
    const { problem, headers } = toProblem(Object.assign(new TypeError("database is locked"), { code })) ?? {};
    t.is(problem?.type, "urn:kudos:problem:database-busy");
    t.is(problem?.status, 503);
    t.is(problem?.detail, "The database is busy. Try again shortly.");
    t.deepEqual(headers, { "Retry-After": "1" });
  }
});

test("an error of SQLite about a disk that fails is the problem database-unavailable, and a fault for the log", (t) => {
  const codes = [
    "FULL",
    "IOERR",
    "IOERR_WRITE",
    "IOERR_SHMMAP",
    "READONLY",
    "READONLY_DBMOVED",
    "CORRUPT",
    "CORRUPT_VTAB",
  ];
  const others = ["CANTOPEN", "CANTOPEN_ISDIR", "NOTADB", "NOMEM", "PERM", "AUTH", "NOLFS"];
  for (const code of [...codes, ...others]) {
    const error = Object.assign(new TypeError("disk I/O error"), { code: `SQLITE_${code}` });
    const { problem, headers, fault } = toProblem(error) ?? {};
    t.is(problem?.type, "urn:kudos:problem:database-unavailable", code);
    t.is(problem?.status, 503);
    t.deepEqual(headers, { "Retry-After": "5" });
    t.true(fault);
  }
  t.is(
    toProblem(new DatabaseUnavailable("database x is gone"))?.problem.type,
    "urn:kudos:problem:database-unavailable",
  );
});

test("an error of SQLite about the statement itself is no problem of the client", (t) => {
  for (const code of ["ERROR", "CONSTRAINT_UNIQUE", "MISUSE", "RANGE", "SCHEMA", "TOOBIG", "UNHEARD_OF"]) {
    t.is(toProblem(Object.assign(new Error("x"), { code: `SQLITE_${code}` })), undefined);
  }
});

test("an error that the table does not know is no problem", (t) => {
  for (const error of [new Error("x"), new TypeError("x"), "x", undefined, null, { name: "ArticleNotFound" }]) {
    t.is(toProblem(error), undefined);
  }
});
