import { randomBytes } from "node:crypto";
import { RegistrationClosed } from "../../domain/accounts/errors.ts";
import { registerAccount } from "../../domain/accounts/register.ts";
import { type Mailing, registerUnconfirmed } from "../../domain/recovery/confirm-address.ts";
import { isKept } from "../../domain/recovery/recovery-repository.ts";
import type { User } from "../../domain/users/user.ts";
import type { HandlerContext } from "../handler-context.ts";
import { attemptOf, givenBackWhenFull } from "../steps/attempt.ts";
import { occasionOf } from "../steps/occasion.ts";
import { type Accepts, prefersPages, seeOther } from "../steps/signed-in-answer.ts";
import { spendMail } from "./mailing.ts";

type Registration = HandlerContext & { readonly body: { readonly email: string; readonly password: string } };

/**
 * Makes the account that a request asks for, within the limits of attempts.
 *
 * @param mailing where the address has to be confirmed first; undefined where it has not
 * @returns the user; null where the address has to be confirmed, whether or not an account has it
 * @throws {RegistrationClosed}
 * @throws {EmailTaken} where it has not to be confirmed
 */
export async function registerBy(request: Registration, mailing: Mailing | undefined): Promise<User | null> {
  const { em, passwords, body, address, attempts, minPasswordLength } = request;
  await attempts.register(address);
  const occasion = { ...occasionOf(request), minLength: minPasswordLength };
  if (mailing !== undefined) await spendMail(request, body.email);
  const register = async () => {
    if (mailing === undefined) {
      const kept = (tx: typeof em, wanted: string) => isKept(tx, request.keys, wanted, request);
      return registerAccount(em, passwords, body, { ...occasion, isKept: kept });
    }
    await registerUnconfirmed(em, passwords, mailing, body, occasion);
    return null;
  };
  const user = await givenBackWhenFull(register, () => attempts.giveBackRegistration(address));
  if (user !== null) await attempts.welcome(attemptOf(request, user.email));
  return user;
}

/** Refuses to make accounts where the operator has closed that. Throws {@link RegistrationClosed}. */
export function requireOpenRegistration({ registrationOpen }: Pick<HandlerContext, "registrationOpen">): void {
  if (!registrationOpen) throw new RegistrationClosed();
}

/** The answer to a registration whose address has to be confirmed: the same for an address that has an account. */
export function awaitsConfirmation({ accepts }: { readonly accepts: Accepts }) {
  if (prefersPages(accepts)) return seeOther("/notice?about=mail-sent");
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: { meta: { code: 200 }, response: { csrf_token: randomBytes(32).toString("base64url"), user: {} } },
  } as const;
}
