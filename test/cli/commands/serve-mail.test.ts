import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type ExecutionContext } from "ava";
import { createUser, openShop } from "../../support/kudos.ts";
import { startMailServer, until } from "../../support/mail-server.ts";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const EMAIL = "ada@example.com";

/** The settings of a server that sends to another one. */
const sendingTo = (MAIL_URL: string) => ({
  MAIL_URL,
  MAIL_FROM: "Kudos <kudos@kudos.example>",
  PUBLIC_URL: "https://kudos.example",
});

function askForCode({ url }: Pick<StartedProgram, "url">, email = EMAIL): Promise<Response> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email }) };
  return fetch(`${url}/api/sign_in/code`, init);
}

async function folderWithUsers(t: ExecutionContext, count: number) {
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  using database = new DatabaseSync(databaseIn(folder));
  const emails = Array.from({ length: count }, (_, index) => (index === 0 ? EMAIL : `user${index}@example.com`));
  for (const email of emails) database.prepare("insert into user (email, created_at) values (?, 0)").run(email);
  return { folder, emails, environment: { DATABASE_URL: `sqlite:${databaseIn(folder)}`, RATE_LIMITS: "off" } };
}

function rowsIn(folder: string): number {
  using database = new DatabaseSync(databaseIn(folder));
  return Number(database.prepare("select count(*) as count from outgoing_message").get()?.count);
}

test("while developing, mails go into a folder beside the database, whose path is told at the start", async (t) => {
  const { folder, environment } = await folderWithUsers(t, 1);
  const program = await startProgram(t, { folder, environment });
  const mails = `${databaseIn(folder)}.mail`;
  await until(() => program.stdout().includes("\n  mail "), "the welcome is out");
  t.true(program.stdout().includes(`\n  mail           ${mails}\n`), program.stdout());
  t.is((await askForCode(program)).status, 202);
  await until(async () => (await readdir(mails).catch(() => [])).length === 1, "a mail is in the folder");
  const [name = ""] = await readdir(mails);
  t.regex(await readFile(join(mails, name), "utf8"), /^ {2}\d{4} \d{4}\r$/m);
});

test("in production no mail is sent unless MAIL_URL says so, and a server without MAIL_FROM or PUBLIC_URL does not start", async (t) => {
  const { folder, environment } = await folderWithUsers(t, 1);
  const production = { ...environment, NODE_ENV: "production", RATE_LIMITS: "on", PASSWORD_COST: "ln=15,r=8,p=3" };
  const program = await startProgram(t, { folder, environment: production });
  await until(() => program.stdout().includes("\n  mail "), "the welcome is out");
  t.true(program.stdout().includes("\n  mail           none, by MAIL_URL\n"));
  t.is((await askForCode(program)).status, 403);
  for (const [more, line] of [
    [
      { MAIL_URL: "smtp://u:hunter22@mail.example", PUBLIC_URL: "https://kudos.example" },
      /^kudos: MAIL_FROM must be set .*\n$/,
    ],
    [{ MAIL_URL: "file:mails" }, /^kudos: PUBLIC_URL must be set .*\n$/],
  ] as const) {
    const error = await t.throwsAsync(startProgram(t, { folder, environment: { ...production, ...more } }));
    t.regex(error?.message.replace("it ended with 1: ", "") ?? "", line);
    t.false(error?.message.includes("hunter22"));
  }
});

test("what the operator does is told to the owner by the next server that starts", async (t) => {
  const server = await startMailServer(t);
  const shop = await openShop(t);
  await createUser(shop);
  const environment = sendingTo(server.url);
  await shop.json(["users", "deactivate", EMAIL], { environment });
  await shop.json(["users", "password", EMAIL], { environment, input: "staple battery horse correct\n" });
  t.is(rowsIn(shop.folder), 1);
  await startProgram(t, {
    folder: shop.folder,
    environment: { DATABASE_URL: "sqlite:./kudos.sqlite", ...environment },
  });
  const [mail] = await server.received(1);
  t.is(mail?.email.subject, "Your password was changed");
  t.true(mail?.email.text?.includes("by the operator of the server"));
  await until(() => rowsIn(shop.folder) === 0, "the outbox is empty");
});

test("a mail that was being sent when the server was killed is sent by the next one, with the same id", async (t) => {
  const { folder, environment } = await folderWithUsers(t, 1);
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<string | undefined>();
  const silent = await startMailServer(t, {
    beforeAnswer: ({ email }) => {
      arrive(email.messageId);
      return new Promise(() => {});
    },
  });
  const first = await startProgram(t, { folder, environment: { ...environment, ...sendingTo(silent.url) } });
  t.is((await askForCode(first)).status, 202);
  const id = await arrived;
  first.child.kill("SIGKILL");
  await first.ended;
  const server = await startMailServer(t);
  {
    using database = new DatabaseSync(databaseIn(folder));
    // The claim of the process that was killed would end by itself in two minutes.
    database.exec("update outgoing_message set due_at = created_at");
  }
  await startProgram(t, { folder, environment: { ...environment, ...sendingTo(server.url) } });
  const [mail] = await server.received(1);
  t.is(mail?.email.messageId, id);
  await until(() => rowsIn(folder) === 0, "the outbox is empty");
});

test("a server that is stopped finishes the mail that it is sending", async (t) => {
  const { folder, environment } = await folderWithUsers(t, 1);
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const server = await startMailServer(t, {
    beforeAnswer: () => {
      arrive();
      return answered;
    },
  });
  const program = await startProgram(t, { folder, environment: { ...environment, ...sendingTo(server.url) } });
  t.is((await askForCode(program)).status, 202);
  await arrived;
  program.child.kill("SIGTERM");
  setTimeout(answer, 500);
  t.is((await program.ended).code, 0);
  t.is(server.mails.length, 1);
  t.is(rowsIn(folder), 0);
});

test("two servers on one database send each mail once, and neither logs a code", async (t) => {
  const server = await startMailServer(t);
  const { folder, emails, environment } = await folderWithUsers(t, 30);
  const programs = await Promise.all(
    [1, 2].map(() =>
      startProgram(t, { folder, environment: { ...environment, ...sendingTo(server.url), LOG_LEVEL: "trace" } }),
    ),
  );
  await Promise.all(
    emails.map(async (email, index) => {
      const program = programs[index % 2];
      if (program) await askForCode(program, email);
    }),
  );
  await until(() => rowsIn(folder) === 0, "the outbox is empty");
  t.deepEqual(server.mails.flatMap(({ to }) => to).toSorted(), emails.toSorted());
  const output = programs.map((program) => program.stdout()).join("");
  for (const { email } of server.mails) {
    const code = /\d{4} \d{4}/.exec(email.text ?? "")?.[0] ?? "none";
    t.false(output.includes(code) || output.includes(code.replace(" ", "")));
  }
});
