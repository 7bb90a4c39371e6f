import { proveCode, verifyAgain, verifyCode } from "../../domain/second-factor/codes.ts";
import type { Operation } from "../handler-context.ts";
import { attemptOf, givenBackWhenFull, passwordProves } from "../steps/attempt.ts";
import { occasionOf } from "../steps/occasion.ts";
import { proved } from "../steps/signed-in-answer.ts";
import { withinCodeLimit } from "./waiting.ts";

export const verifyPassword: Operation<"verifyPassword"> = async (request) => {
  const { password, code = "" } = request.body;
  await provePassword(request, password, code.trim() === "" ? null : code);
  return proved(request);
};

export const verifyPasscode: Operation<"verifyPasscode"> = async (request) => {
  const { em, keys, body, principal, principals } = request;
  const { userId, email } = principal;
  if (principal.hasFactor && SIX_DIGITS.test(body.passcode)) {
    const code = proveCode(keys, { userId, code: body.passcode, kind: "authenticator" });
    const occasion = occasionOf(request, principal);
    await withinCodeLimit(request, { id: userId, email }, () => verifyCode(em, { principals, code }, occasion));
  } else await provePassword(request, body.passcode, null);
  return proved(request);
};

/** No password is six digits: it would have too few characters. */
const SIX_DIGITS = /^\s*(?:\d[\s-]*){6}$/;

type Verification = Parameters<Operation<"verifyPassword">>[0] | Parameters<Operation<"verifyPasscode">>[0];

/** Proves the password of a signed-in user, and a code where one is given, within the limits of attempts. */
async function provePassword(request: Verification, password: string, given: string | null): Promise<void> {
  const { em, passwords, keys, principal, principals, attempts } = request;
  const { userId, email } = principal;
  const attempt = attemptOf(request, email);
  const standing = await attempts.spend(attempt);
  const code = given === null ? null : proveCode(keys, { userId, code: given, kind: "authenticator" });
  // With a second factor the password is not alone.
  const trial = {
    ...occasionOf(request, principal),
    ...(code === null && { passwordOpens: passwordProves(standing) }),
  };
  const verify = () =>
    givenBackWhenFull(
      () => verifyAgain(em, passwords, { principals, password, code }, trial),
      () => attempts.giveBack(attempt, standing),
    );
  await (code === null ? verify() : withinCodeLimit(request, { id: userId, email }, verify));
  await attempts.succeed(attempt, standing);
}
