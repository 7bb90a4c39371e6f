import type { EntityManager } from "@mikro-orm/core";
import { activateAccount, deactivateAccount, requireUser } from "../../domain/accounts/accounts.ts";
import { setPassword } from "../../domain/accounts/change-password.ts";
import { EmailRefused, EmailTaken } from "../../domain/accounts/errors.ts";
import { registerAccount } from "../../domain/accounts/register.ts";
import { revokeAllAccess, revokeEveryAccess } from "../../domain/credentials/revoke.ts";
import { confirmByOperator } from "../../domain/recovery/confirm-address.ts";
import { deleteAccount } from "../../domain/recovery/delete-account.ts";
import { removeFactorOf } from "../../domain/second-factor/remove.ts";
import { isRegistrableEmail, normaliseEmail } from "../../domain/users/email.ts";
import * as repository from "../../domain/users/user-repository.ts";
import type { Call, Output } from "../command.ts";
import { withDatabase, withPasswordHasher } from "../open-database.ts";
import { askPassword } from "../terminal/password-prompt.ts";
import { formatTable, printable } from "../terminal/table.ts";
import { userOutput } from "./user-output.ts";

/** `kudos users create`: see commands.ts. */
export function createUser({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    // An early refusal, before the password is asked for; the unique constraint decides in the end.
    const normalised = normaliseEmail(email);
    if (!isRegistrableEmail(normalised)) throw new EmailRefused();
    if (await repository.isEmailTaken(em, normalised)) throw new EmailTaken();
    const password = await askPassword(normalised);
    const { id } = await withPasswordHasher(settings, (passwords) =>
      registerAccount(
        em,
        passwords,
        { email, password },
        {
          ...occasion,
          minLength: settings.minPasswordLength,
          confirmed: true,
        },
      ),
    );
    return tellOf(em, id, "has an account now");
  });
}

/** `kudos users list`: see commands.ts. */
export function listUsers({ settings }: Call): Promise<Output> {
  return withDatabase(settings, async ({ em }) => {
    const items = (await repository.listUsers(em)).map(userOutput);
    const rows = items.map(({ id, email, active, roles, created_at }) => [
      String(id),
      email,
      active ? "yes" : "no",
      roles.join(", "),
      created_at,
    ]);
    return { json: { items }, text: formatTable(["ID", "EMAIL", "ACTIVE", "ROLES", "CREATED"], rows) };
  });
}

/** `kudos users confirm`: see commands.ts. */
export function confirmUser({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const id = await idOf(em, email);
    const done = (await confirmByOperator(em, id, occasion))
      ? "has a confirmed address"
      : "had a confirmed address already";
    return tellOf(em, id, done);
  });
}

/** `kudos users delete`: see commands.ts. */
export function deleteUser({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const user = await repository.viewUser(em, await idOf(em, email));
    await deleteAccount(em, user.id, occasion);
    return { json: userOutput(user), text: `${printable(user.email)} (id ${user.id}) is deleted.` };
  });
}

/** `kudos users activate`: see commands.ts. */
export function activateUser({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    await activateAccount(em, email, occasion);
    return tellOf(em, await idOf(em, email), "is active");
  });
}

/** `kudos users deactivate`: see commands.ts. */
export function deactivateUser({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    await deactivateAccount(em, email, occasion);
    return tellOf(em, await idOf(em, email), "is kept out; all tokens and sessions have ended");
  });
}

/** `kudos users password`: see commands.ts. */
export function setUserPassword({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const id = await idOf(em, email);
    const password = await askPassword(normaliseEmail(email));
    await withPasswordHasher(settings, (passwords) =>
      setPassword(em, passwords, { email, password }, { ...occasion, minLength: settings.minPasswordLength }),
    );
    return tellOf(em, id, "has a new password; all tokens and sessions have ended");
  });
}

/** `kudos users remove-factor`: see commands.ts. */
export function removeUserFactor({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const id = await idOf(em, email);
    const done = (await removeFactorOf(em, id, occasion))
      ? "has no second factor and no recovery code; all tokens and sessions have ended"
      : "had no second factor and no recovery code; nothing has changed";
    return tellOf(em, id, done);
  });
}

/** `kudos users reset-access`: see commands.ts. */
export function resetUserAccess({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const id = await idOf(em, email);
    await revokeAllAccess(em, id, occasion);
    return tellOf(em, id, "has no token and no session any more");
  });
}

/** `kudos users reset-all-access`: see commands.ts. */
export function resetAllAccess({ settings }: Call): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const users = await revokeEveryAccess(em, occasion);
    return { json: { users }, text: `No token and no session works any more, of ${users} users.` };
  });
}

async function idOf(em: EntityManager, email: string): Promise<number> {
  return (await requireUser(em, email)).id;
}

/** The user as it is now, and for people a sentence: `done` follows its address. */
async function tellOf(em: EntityManager, id: number, done: string): Promise<Output> {
  const user = userOutput(await repository.viewUser(em, id));
  return { json: user, text: `${printable(user.email)} ${done}.` };
}
