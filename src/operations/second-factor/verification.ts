import { WrongPassword } from "../../domain/passwords/errors.ts";
import { verifyAgain, verifyCode } from "../../domain/second-factor/codes.ts";
import { CodeRefused, NoSecondFactor } from "../../domain/second-factor/errors.ts";
import { findFactor } from "../../domain/second-factor/factor-repository.ts";
import type { Operation } from "../handler-context.ts";
import { attemptOf, givenBackWhenFull, passwordProves } from "../steps/attempt.ts";
import { About, namedBy } from "../steps/errors.ts";
import { occasionOf } from "../steps/occasion.ts";
import { proved } from "../steps/signed-in-answer.ts";
import { factorProof } from "./proof.ts";
import { credentialName, withinCodeLimit } from "./waiting.ts";

export const verifyPassword: Operation<"verifyPassword"> = async (request) => {
  const { password, code = "" } = request.body;
  const given = code.trim() === "" ? null : code;
  if (given !== null && (await findFactor(request.db, request.principal.userId)) === undefined) {
    throw new About("/code", new NoSecondFactor(NO_CODES));
  }
  await provePassword(request, password, given);
  return proved(request);
};

export const verifyPasscode: Operation<"verifyPasscode"> = async (request) => {
  const { passcode } = request.body;
  const { db, principal } = request;
  const factor = await findFactor(db, principal.userId);
  const isCode = factor !== undefined && (factor.secret === null ? EIGHT_DIGITS : SIX_DIGITS).test(passcode);
  const named = namedBy("/passcode", CodeRefused, WrongPassword, NoSecondFactor);
  if (isCode && (await provesCode(request, passcode).catch(named))) return proved(request);
  await provePassword(request, passcode, null)
    .catch((error: unknown) => {
      // What no password looks like was meant as a code.
      const isMeant = factor === undefined && error instanceof WrongPassword && SIX_DIGITS.test(passcode);
      throw isMeant ? new NoSecondFactor(NO_CODES) : error;
    })
    .catch(named);
  return proved(request);
};

const NO_CODES = "There is no second factor whose code could be asked for. Leave the code out.";

/** No password is six digits: it would have too few characters. */
const SIX_DIGITS = /^\s*(?:\d[\s-]*){6}$/;

/** A code that was sent; a password can be eight digits, too. */
const EIGHT_DIGITS = /^\s*(?:\d[\s-]*){8}$/;

/** Whether a passcode is the code of a factor; false for one that can be a password still. Throws {@link CodeRefused} for any other. */
async function provesCode(request: Parameters<Operation<"verifyPasscode">>[0], passcode: string): Promise<boolean> {
  const { em, principal, principals } = request;
  const { userId, email } = principal;
  try {
    await withinCodeLimit(request, { id: userId, email }, async () => {
      const given = { userId, code: passcode, kind: "authenticator" } as const;
      const code = await factorProof(request, given, credentialName(principals[0]));
      await verifyCode(em, { principals, code }, occasionOf(request, principal));
    });
    return true;
  } catch (error) {
    if (error instanceof CodeRefused && EIGHT_DIGITS.test(passcode)) return false;
    throw error;
  }
}

type Verification = Parameters<Operation<"verifyPassword">>[0] | Parameters<Operation<"verifyPasscode">>[0];

/** Proves the password of a signed-in user, and a code where one is given, within the limits of attempts. */
async function provePassword(request: Verification, password: string, given: string | null): Promise<void> {
  const { em, passwords, principal, principals, attempts } = request;
  const { userId, email } = principal;
  const attempt = attemptOf(request, email);
  const standing = await attempts.spend(attempt);
  const codeOf = async () =>
    given === null
      ? null
      : factorProof(request, { userId, code: given, kind: "authenticator" }, credentialName(principals[0]));
  // With a second factor the password is not alone.
  const trial = {
    ...occasionOf(request, principal),
    ...(given === null && { passwordOpens: passwordProves(standing) }),
  };
  const verify = () =>
    givenBackWhenFull(
      async () => verifyAgain(em, passwords, { principals, password, code: await codeOf() }, trial),
      () => attempts.giveBack(attempt, standing),
    );
  await (given === null ? verify() : withinCodeLimit(request, { id: userId, email }, verify));
  await attempts.succeed(attempt, standing);
}
