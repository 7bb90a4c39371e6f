import { ATTEMPT_RULES, type AttemptPolicy, type AttemptRule } from "../domain/attempts/rules.ts";
import { days, type Kind, minutes, type Variable, variable } from "./variables.ts";

const MOST_ATTEMPTS = 1_000;
const MOST_MINUTES = 24 * 60;

/** So many attempts in so many minutes. */
const attemptRule: Kind<AttemptRule> = {
  expects: `attempts and minutes like 30/5m, at most ${MOST_ATTEMPTS} in at most ${MOST_MINUTES} minutes`,
  read: (given) => {
    const [, attempts, minutes] = /^([1-9]\d*)\/([1-9]\d*)m$/.exec(given) ?? [];
    const rule = { attempts: Number(attempts), windowSeconds: Number(minutes) * 60 };
    return rule.attempts <= MOST_ATTEMPTS && Number(minutes) <= MOST_MINUTES ? rule : undefined;
  },
  fault: (given) => (/^\d+\/\d+m$/.test(given) ? "a number is too high, or 0" : undefined),
};

function limit(name: string, policy: AttemptPolicy, help: string): Variable<AttemptRule> {
  const { attempts, windowSeconds } = ATTEMPT_RULES[policy];
  return variable(name, `${attempts}/${windowSeconds / 60}m`, attemptRule, help);
}

/** The variables of the limits of attempts; the keys are the policies. */
export const LIMITS = {
  "account-address": limit(
    "RATE_LIMIT_ACCOUNT_ADDRESS",
    "account-address",
    "wrong passwords for an account from an address",
  ),
  "account-device": limit(
    "RATE_LIMIT_ACCOUNT_DEVICE",
    "account-device",
    "wrong passwords for an account from a browser that has signed in to it before",
  ),
  account: limit("RATE_LIMIT_ACCOUNT", "account", "wrong passwords for an account from unknown addresses together"),
  address: limit("RATE_LIMIT_ADDRESS", "address", "wrong passwords from an address, for all accounts"),
  registration: limit("RATE_LIMIT_REGISTRATION", "registration", "registrations from an address"),
  passkey: limit(
    "RATE_LIMIT_PASSKEY",
    "passkey",
    "passkeys that are asked for by strangers at an address, or by a user",
  ),
  token: limit("RATE_LIMIT_TOKEN", "token", "tokens that a user makes"),
  exchange: limit("RATE_LIMIT_EXCHANGE", "exchange", "tokens that a user exchanges for JWTs"),
  code: limit("RATE_LIMIT_CODE", "code", "wrong codes of a second factor for an account"),
  rating: limit("RATE_LIMIT_RATING", "rating", "passwords that a page at an address rates while they are typed"),
  "mail-address": limit("RATE_LIMIT_MAIL_ADDRESS", "mail-address", "mails to an address that anybody may ask for"),
  "mail-sender": limit("RATE_LIMIT_MAIL_SENDER", "mail-sender", "mails that are asked for from an address"),
} satisfies Record<AttemptPolicy, Variable<AttemptRule>>;

/** The variables of the times that credentials live for. */
export const LIFETIMES = {
  tokenMs: variable("TOKEN_LIFETIME_DAYS", "30", days, "days until a token expires"),
  tokenIdleMs: variable("TOKEN_IDLE_DAYS", "14", days, "days without use after which a token expires"),
  personalTokenMs: variable("PERSONAL_TOKEN_DAYS", "365", days, "most days until a personal token expires"),
  refreshedTokenMs: variable(
    "REFRESH_ACCESS_MINUTES",
    "15",
    minutes,
    "minutes until a token expires that comes with a refresh token",
  ),
  refreshFamilyMs: variable("REFRESH_TOKEN_DAYS", "90", days, "days from the sign-in until refresh tokens expire"),
  refreshIdleMs: variable("REFRESH_TOKEN_IDLE_DAYS", "7", days, "days without an exchange after which they expire"),
  sessionMs: variable("SESSION_LIFETIME_DAYS", "14", days, "days until a browser's session expires"),
  sessionIdleMs: variable("SESSION_IDLE_DAYS", "3", days, "days without use after which a session expires"),
};
