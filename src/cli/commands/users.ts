import type { EntityManager } from "@mikro-orm/core";
import { activateAccount, deactivateAccount, registerAccount, requireUser } from "../../domain/accounts/accounts.ts";
import { setPassword } from "../../domain/accounts/change-password.ts";
import { EmailRefused, EmailTaken } from "../../domain/accounts/errors.ts";
import { revokeAllAccess } from "../../domain/credentials/revoke.ts";
import { isRegistrableEmail, normaliseEmail } from "../../domain/users/email.ts";
import * as repository from "../../domain/users/user-repository.ts";
import { defineCommand, type Output } from "../command.ts";
import { withDatabase, withPasswordHasher } from "../open-database.ts";
import { askPassword } from "../password-prompt.ts";
import { formatTable, printable } from "../table.ts";
import { userOutput } from "./user-output.ts";

const ASKS = `The password is asked for at the terminal, without echo; where standard input is no terminal, its first line is taken.
It is never an argument: every user of the machine can see the arguments of a program.`;

export const createUser = defineCommand({
  summary: "make an account; asks for its password",
  details: `${ASKS}
In a script: printf '%s\\n' "$PASSWORD" | kudos users create ada@example.com
It works while REGISTRATION is closed, too.`,
  operands: ["EMAIL"],
  run: ({ operands: [email], settings }) =>
    withDatabase(settings, async ({ em, occasion }) => {
      // An early refusal, before the password is asked for; the unique constraint decides in the end.
      const normalised = normaliseEmail(email);
      if (!isRegistrableEmail(normalised)) throw new EmailRefused();
      if (await repository.isEmailTaken(em, normalised)) throw new EmailTaken();
      const password = await askPassword(normalised);
      const { id } = await withPasswordHasher(settings, (passwords) =>
        registerAccount(em, passwords, { email, password }, { ...occasion, minLength: settings.minPasswordLength }),
      );
      return tellOf(em, id, "has an account now");
    }),
});

export const listUsers = defineCommand({
  summary: "list all users",
  operands: [],
  run: ({ settings }) =>
    withDatabase(settings, async ({ em }) => {
      const items = (await repository.listUsers(em)).map(userOutput);
      const rows = items.map(({ id, email, active, roles, created_at }) => [
        String(id),
        email,
        active ? "yes" : "no",
        roles.join(", "),
        created_at,
      ]);
      return { json: { items }, text: formatTable(["ID", "EMAIL", "ACTIVE", "ROLES", "CREATED"], rows) };
    }),
});

export const activateUser = defineCommand({
  summary: "let a user sign in again",
  details: "Tokens and sessions from before do not work again. Harmless when the user is active.",
  operands: ["EMAIL"],
  run: ({ operands: [email], settings }) =>
    withDatabase(settings, async ({ em, occasion }) => {
      await activateAccount(em, email, occasion);
      return tellOf(em, await idOf(em, email), "is active");
    }),
});

export const deactivateUser = defineCommand({
  summary: "keep a user out, and end all tokens and sessions",
  details: "It takes effect with the next request to a running server. Harmless when the user is not active.",
  operands: ["EMAIL"],
  run: ({ operands: [email], settings }) =>
    withDatabase(settings, async ({ em, occasion }) => {
      await deactivateAccount(em, email, occasion);
      return tellOf(em, await idOf(em, email), "is kept out; all tokens and sessions have ended");
    }),
});

export const setUserPassword = defineCommand({
  summary: "give a user a new password, and end all tokens and sessions",
  details: ASKS,
  operands: ["EMAIL"],
  run: ({ operands: [email], settings }) =>
    withDatabase(settings, async ({ em, occasion }) => {
      const id = await idOf(em, email);
      const password = await askPassword(normaliseEmail(email));
      await withPasswordHasher(settings, (passwords) =>
        setPassword(em, passwords, { email, password }, { ...occasion, minLength: settings.minPasswordLength }),
      );
      return tellOf(em, id, "has a new password; all tokens and sessions have ended");
    }),
});

export const resetUserAccess = defineCommand({
  summary: "end all tokens and sessions of a user",
  details: "The password stays. It takes effect with the next request to a running server.",
  operands: ["EMAIL"],
  run: ({ operands: [email], settings }) =>
    withDatabase(settings, async ({ em, occasion }) => {
      const id = await idOf(em, email);
      await revokeAllAccess(em, id, occasion);
      return tellOf(em, id, "has no token and no session any more");
    }),
});

async function idOf(em: EntityManager, email: string): Promise<number> {
  return (await requireUser(em, email)).id;
}

/** The user as it is now, and for people a sentence: `done` follows its address. */
async function tellOf(em: EntityManager, id: number, done: string): Promise<Output> {
  const user = userOutput(await repository.viewUser(em, id));
  return { json: user, text: `${printable(user.email)} ${done}.` };
}
