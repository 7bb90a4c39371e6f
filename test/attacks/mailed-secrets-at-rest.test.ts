import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { startServerOnDisk } from "../support/database-file.ts";
import { type ReceivedMail, startMailServer, until } from "../support/mail-server.ts";
import { PASSWORD, post, signUp } from "../support/server.ts";

const EMAILS = ["ada@example.com", "bob@example.com"];

/** A secret as it is, in hex, and as base64 would have it at each offset in a longer text. */
function spellings(secret: string): string[] {
  const encoded = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.from(" ".repeat(offset) + secret).toString("base64");
    const inner = text.slice(offset === 0 ? 0 : 4, -4);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [secret, Buffer.from(secret).toString("hex"), ...encoded.filter(({ length }) => length >= 8)];
}

/** The links' secrets and the codes of a mail. */
function secretsIn({ email }: ReceivedMail): string[] {
  const text = email.text ?? "";
  const links = [...text.matchAll(/https:\/\/kudos\.example\/[\w-]+\/([\w-]{32})/g)].map(([, link = ""]) => link);
  const codes = [...text.matchAll(/^ {2}(\d{4}) (\d{4})$/gm)].flatMap(([, one, two]) => [
    `${one}${two}`,
    `${one} ${two}`,
  ]);
  return [...links, ...codes];
}

test("a copy of the database and of the log holds no link and no code, of mails that were sent and of mails that wait", async (t) => {
  const seen: ReceivedMail[] = [];
  const mails = await startMailServer(t, {
    refuseContent: (_, mail) => {
      seen.push(mail);
      return mail.to.includes(EMAILS[1] ?? "") ? 451 : undefined;
    },
  });
  const environment = {
    MAIL_URL: mails.url,
    MAIL_FROM: "Kudos <kudos@kudos.example>",
    PUBLIC_URL: "https://kudos.example",
    LOG_LEVEL: "trace",
  };
  const { server, sql } = await startServerOnDisk(t, { environment });
  for (const email of EMAILS) {
    await signUp(server, email);
    await post(server, "/reset", { email });
    await post(server, "/us-signin/send-code", { identity: email });
    await post(server, "/api/sign_in/code", { email });
    await post(server, "/login", { email, password: PASSWORD });
  }
  await until(() => seen.length >= 8, "each mail was tried");
  const secrets = seen.flatMap(secretsIn);
  t.true(secrets.length >= 14, `${secrets.length}`);
  for (const link of secrets.filter(({ length }) => length === 32)) {
    await server.request(`/reset/${link}`, { headers: { Accept: "text/html" } });
    await post(server, `/reset/${link}`, { password: "short", password_confirm: "short", code: "12345678" });
  }
  await server.stop();
  t.true(Number((await sql("select count(*) as count from outgoing_message"))[0]?.count) >= 4, "some still wait");
  const folder = dirname(server.databasePath);
  const names = (await readdir(folder)).filter((name) => name.includes(".sqlite") && !name.endsWith(".key"));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  t.true(
    files.some((file) => file.includes("outgoing_message")),
    "these are the files",
  );
  const log = server.log();
  t.true(log.includes("a message is tried again"));
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) {
      t.false(log.includes(spelling), "in the log");
      t.false(
        files.some((file) => file.includes(spelling)),
        "in a file of the database",
      );
    }
  }
  t.false(log.includes("bob@example.com"), "the log does not name who a message is for");
});
